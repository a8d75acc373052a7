/** A button on every block of code that copies it, and sections whose own script comes when they are first opened. */

const said = document.createElement("p");
said.className = "spoken";
said.setAttribute("role", "status");
document.body.append(said);

/** The text goes to the clipboard; where a page may not write to it, it is selected for the reader to copy. */
async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    return "Selected, press Ctrl+C or ⌘C";
  }
}

/** Gives a block of code its button; the label says for which code, since a page has several. */
export function copyable(figure) {
  const button = document.createElement("button");
  const label = figure.querySelector("pre").getAttribute("aria-label");
  button.type = "button";
  button.className = "take";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy: ${label}`);
  button.addEventListener("click", async () => {
    const outcome = await copy(figure.querySelector("code"));
    said.textContent = `${outcome}: ${label}`;
    button.textContent = outcome;
    setTimeout(() => { button.textContent = "Copy"; said.textContent = ""; }, 2000);
  });
  figure.append(button);
}

for (const figure of document.querySelectorAll("figure.code")) copyable(figure);

for (const section of document.querySelectorAll("details[data-script]")) {
  section.addEventListener("toggle", async () => (await import(`./${section.dataset.script}`)).open(section), { once: true });
}
