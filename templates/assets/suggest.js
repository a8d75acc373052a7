// Models that are meant, as one types them into a box: the search box of any page, or one that takes a model.

import { load, ROOT } from "./catalog.js";
import { element } from "./elements.js";
import { matches, texts } from "./search.js";
import { priceOf } from "./table.js";

const MOST = 8;

/** Offers models below a box; `choose` takes the slug of one, and leads to its page where nothing else is said. */
export function enhance(box, choose = visit) {
  const list = element("ul", { id: `${box.id}-suggestions`, role: "listbox", "aria-label": "Models", hidden: true });
  (box.closest(".search") ?? box.form).append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) {
    box.setAttribute(name, value);
  }
  const suggestions = new Suggestions(box, list, choose);
  box.addEventListener("input", () => suggestions.show());
  box.addEventListener("keydown", (event) => suggestions.key(event));
  box.addEventListener("blur", () => suggestions.close());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => suggestions.open(event.target.closest("[role=option]")));
  if (box.value) suggestions.show();
  else if (document.activeElement === box) load().catch(() => undefined);
}

class Suggestions {
  constructor(box, list, choose) {
    Object.assign(this, { box, list, choose, active: -1 });
  }

  async show() {
    const index = await load().catch(() => null);
    if (!index || !this.box.value.trim()) return this.close();
    this.prepared ??= texts(index);
    const rows = matches(index, this.prepared, this.box.value, () => true).slice(0, MOST);
    this.list.replaceChildren(...rows.map((row) => option(index, row)));
    this.list.hidden = !rows.length;
    this.box.setAttribute("aria-expanded", String(rows.length > 0));
    return this.mark(-1);
  }

  mark(active) {
    this.active = active;
    [...this.list.children].forEach((each, place) => each.setAttribute("aria-selected", String(place === active)));
    if (active < 0) this.box.removeAttribute("aria-activedescendant");
    else {
      this.box.setAttribute("aria-activedescendant", this.list.children[active].id);
      this.list.children[active].scrollIntoView({ block: "nearest" });
    }
  }

  key(event) {
    const count = this.list.hidden ? 0 : this.list.children.length;
    if (event.key === "Escape") {
      event.preventDefault();
      this.box.value = "";
      this.close();
    } else if (count && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.mark(((this.active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && count && this.active >= 0) {
      event.preventDefault();
      this.open(this.list.children[this.active]);
    }
  }

  open(chosen) {
    if (!chosen) return;
    this.box.value = "";
    this.close();
    this.choose(chosen.dataset.slug);
  }

  close() {
    this.list.hidden = true;
    this.list.replaceChildren();
    this.box.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }
}

function option(index, row) {
  const named = [element("b", {}, index.names[row]), " ", element("code", {}, index.slugs[row])];
  const costs = element("span", { class: "number" }, priceOf(index, row, { meter: "" }));
  return element("li", { id: `suggested-${row}`, role: "option", "aria-selected": "false", "data-slug": index.slugs[row] }, element("span", {}, ...named), costs);
}

function visit(slug) {
  location.assign(new URL(`models/${slug}/`, ROOT));
}
