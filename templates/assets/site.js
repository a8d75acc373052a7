// The one script of every page: "/" leads to the search box, and what a page can do more is loaded when it is wanted.
const box = document.querySelector("#search");
const fields = "input, textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(fields)) return;
  event.preventDefault();
  box.focus();
  box.select();
});

async function enhance(place, name) {
  const module = await import(`./${name}.js`);
  await module.enhance(place, box);
}

for (const place of document.querySelectorAll("[data-enhance]")) enhance(place, place.dataset.enhance);

// What is only worth its while when somebody turns to it, or when the address already asks something.
const TOUCHES = ["focusin", "submit"];
for (const place of document.querySelectorAll("[data-touched]")) {
  const start = (event) => {
    if (event?.type === "submit") event.preventDefault();
    for (const name of TOUCHES) place.removeEventListener(name, start);
    enhance(place, place.dataset.touched);
  };
  for (const name of TOUCHES) place.addEventListener(name, start);
  if (location.search) start();
}

if (!document.querySelector('[data-enhance="find"]')) {
  const start = () => import("./suggest.js").then((module) => module.enhance(box));
  if (document.activeElement === box) start();
  else box.addEventListener("focus", start, { once: true });
}
