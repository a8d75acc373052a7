/** Blocks of code to copy. */

import { element } from "./elements.js";
import { copyable } from "./site.js";

/** A block of code with its language above it and a button that copies it. */
export function snippet(language, text, label) {
  const code = element("pre", { tabindex: 0, role: "group", "aria-label": label }, element("code", {}, text));
  const figure = element("figure", { class: "code" }, element("figcaption", {}, language), code);
  copyable(figure);
  return figure;
}

/** A word as a shell takes it for one. */
export function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\"'\"'")}'`;
}
