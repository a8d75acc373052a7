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

// What is loaded on the first touch, or at once where the address asks something.
const TOUCHES = ["focusin", "submit", "toggle"];
for (const place of document.querySelectorAll("[data-touched]")) {
  const start = (event) => {
    if (event?.type === "submit") event.preventDefault();
    for (const name of TOUCHES) place.removeEventListener(name, start);
    enhance(place, place.dataset.touched);
  };
  for (const name of TOUCHES) place.addEventListener(name, start);
  if (location.search && place.localName !== "details") start();
}

if (!document.querySelector('[data-enhance="find"]')) {
  const start = () => import("./suggest.js").then((module) => module.enhance(box));
  if (document.activeElement === box) start();
  else box.addEventListener("focus", start, { once: true });
}

/** Gives a block of code a button that copies it; the script for it is loaded when the button is reached. */
export function copyable(figure) {
  const button = document.createElement("button");
  const load = () => import("./copy.js");
  button.type = "button";
  button.className = "take";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy: ${figure.querySelector("pre").getAttribute("aria-label")}`);
  for (const name of ["pointerenter", "focus"]) button.addEventListener(name, load, { once: true });
  button.addEventListener("click", async () => (await load()).copy(button, figure));
  figure.append(button);
}

for (const figure of document.querySelectorAll("figure.code")) copyable(figure);
