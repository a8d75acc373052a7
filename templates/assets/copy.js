/** Copying a block of code, and saying so to who sees it and to who hears it. */

const said = document.createElement("p");
said.className = "spoken";
said.setAttribute("role", "status");
document.body.append(said);

/** Copies what a figure shows; the button says how it went. */
export async function copy(button, figure) {
  const outcome = await taken(figure.querySelector("code"));
  said.textContent = `${outcome}: ${figure.querySelector("pre").getAttribute("aria-label")}`;
  button.textContent = outcome;
  setTimeout(() => {
    button.textContent = "Copy";
    said.textContent = "";
  }, 2000);
}

/** The text goes to the clipboard; where a page may not write to it, it is selected for the reader to copy. */
async function taken(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return "Copied";
  } catch {
    getSelection().selectAllChildren(code);
    return "Selected, press Ctrl+C or ⌘C";
  }
}
