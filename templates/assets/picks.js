/** Models that are ticked on the list to be compared: up to four, kept in the address, with the way to compare them. */

import { ROOT } from "./catalog.js";
import { element } from "./elements.js";

const MOST = 4;

/** Tick boxes for the rows of lists, and a bar that leads to the comparison; `changed` is told what is ticked. */
export class Picks {
  constructor(slugs, changed) {
    Object.assign(this, { changed, boxes: [] });
    this.link = element("a", { class: "go" });
    this.note = element("span", { "aria-live": "polite" });
    const clear = element("button", { type: "button", class: "plain", onclick: () => this.set([], true) }, "Clear");
    this.bar = element("div", { class: "picks", hidden: true }, this.link, this.note, clear);
    this.set(slugs);
  }

  set(slugs, told = false) {
    this.slugs = slugs.slice(0, MOST);
    this.show();
    if (told) this.changed(this.slugs);
  }

  show() {
    const full = this.slugs.length >= MOST;
    this.boxes = this.boxes.filter((box) => box.isConnected);
    for (const box of this.boxes) this.settle(box, full);
    this.bar.hidden = !this.slugs.length;
    this.link.textContent = this.slugs.length > 1 ? `Compare ${this.slugs.length} models` : "Look at 1 model, or tick more to compare";
    this.link.href = new URL(`compare/?m=${this.slugs.join(",")}`, ROOT).href;
    this.note.textContent = full ? `${MOST} are the most that stand side by side.` : "";
  }

  settle(box, full = this.slugs.length >= MOST) {
    box.checked = this.slugs.includes(box.value);
    box.disabled = full && !box.checked;
  }

  /** Puts a tick box before the link of each row; the first code of a row is its slug. */
  tick(rows) {
    for (const row of rows) {
      const [link, code] = [row.querySelector("th a"), row.querySelector("th code")];
      const box = element("input", { type: "checkbox", class: "pick", value: code.textContent, "aria-label": `Compare ${link.textContent}`, onchange: () => this.turn(box) });
      this.settle(box);
      this.boxes.push(box);
      link.before(box);
    }
  }

  turn(box) {
    const others = this.slugs.filter((slug) => slug !== box.value);
    this.set(box.checked ? [...others, box.value] : others, true);
  }
}
