// The one script of every page: "/" leads to the search box, and what a page can do more is loaded when it is wanted.
const box = document.querySelector("#search");
const fields = "input, textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(fields)) return;
  event.preventDefault();
  box.focus();
  box.select();
});

for (const place of document.querySelectorAll("[data-enhance]")) {
  const enhanced = import(`./${place.dataset.enhance}.js`);
  enhanced.then((module) => module.enhance(place, box));
}

if (!document.querySelector('[data-enhance="find"]')) {
  const start = () => import("./suggest.js").then((module) => module.enhance(box));
  if (document.activeElement === box) start();
  else box.addEventListener("focus", start, { once: true });
}
