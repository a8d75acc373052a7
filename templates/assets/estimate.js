/** The estimate box of a model's page: it becomes the calculator when somebody turns to it, and not before. */

const form = document.querySelector("form.estimate");

async function open(event) {
  if (event?.type === "submit") event.preventDefault();
  form.removeEventListener("focusin", open);
  form.removeEventListener("submit", open);
  const { calculator } = await import("./calculator.js");
  await calculator(form);
}

form.addEventListener("focusin", open);
form.addEventListener("submit", open);
if (location.search) open();
