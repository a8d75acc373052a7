// Up to four models, or one at several sellers, side by side: where they differ, and what is unknown.

import { nameOf, namesIn, othersIn, partsOf, queryOf } from "./address.js";
import { ROOT } from "./catalog.js";
import { element } from "./elements.js";
import { enhance as suggest } from "./suggest.js";

const MOST = 4;
const UNKNOWN = "unknown";

/** Puts the comparison that the address asks for in the place, with a box to add models. */
export function enhance(place) {
  new Comparison(place).start();
}

class Comparison {
  constructor(place) {
    this.place = place;
    this.status = element("p", { role: "status", class: "quiet" });
    this.table = element("div", { class: "scroll" });
    this.box = element("input", { type: "search", id: "add", "aria-label": "Add a model", placeholder: "Add a model", autocomplete: "off", spellcheck: "false", maxlength: 200 });
    this.form = element("form", { class: "search add", onsubmit: (event) => event.preventDefault() }, this.box);
    this.only = element("input", { type: "checkbox", onchange: () => this.draw() });
    this.bills = element("form", { class: "estimate embedded", "aria-labelledby": "usage" }, element("div", { class: "fields" }), element("div", { class: "bills" }));
    this.cost = element("section", { hidden: true, "aria-labelledby": "usage" }, element("h2", { id: "usage" }, "What one usage costs"), this.bills);
    const down = element("a", { href: "#usage" }, "What one usage costs ↓");
    this.kept = element("p", { class: "keep", hidden: true }, element("label", {}, this.only, " Only what differs"), " · ", down);
  }

  async start() {
    this.place.querySelector("[data-without]")?.remove();
    this.place.append(this.form, this.status, this.kept, this.table, this.cost);
    suggest(this.box, (slug) => this.change([...this.asked, this.another(slug)]));
    addEventListener("popstate", () => this.show());
    await this.show();
    this.place.classList.add("settled");
  }

  /** The name of a model that is added: one that is shown already is added at its next seller. */
  another(slug) {
    const sides = this.sides.filter((side) => side.slug === slug);
    const taken = new Set(sides.map(({ offer }) => offer?.seller));
    const next = sides[0]?.offers.find(({ seller }) => !taken.has(seller));
    return next ? `${slug}@${next.seller}` : slug;
  }

  change(asked) {
    history.pushState(null, "", queryOf(asked, othersIn(location.search)) || location.pathname);
    this.show();
  }

  async show() {
    const wanted = namesIn(location.search);
    this.asked = wanted.slice(0, MOST);
    this.left = wanted.length - this.asked.length;
    const asked = this.asked;
    const sides = await Promise.all(asked.map(read));
    if (asked !== this.asked) return; // something else was asked while this was read
    this.sides = sides;
    this.form.hidden = asked.length >= MOST;
    this.draw();
    await this.calculate();
  }

  /** One usage, worked out at each side. */
  async calculate() {
    const sold = this.sides.filter((side) => side.offer);
    this.cost.hidden = !sold.length;
    if (!sold.length) return;
    this.calculator ??= Promise.all([import("./calculator.js"), import("./cost_table.js")]).then(
      ([{ embedded }, { costTable }]) => embedded(this.bills, costTable));
    const work = await this.calculator;
    await work(sold.map((side) => nameOf(side, side.offer)), this.asked);
  }

  draw() {
    const found = this.sides.filter((side) => !side.missing);
    const missing = this.sides.filter((side) => side.missing);
    const rows = linesOf(found);
    const differing = rows.filter((row) => row.differs).length;
    const said = missing.map((side) => `${side.missing} `);
    if (this.left) said.push(`Only ${MOST} fit side by side; ${this.left} more were left out. `);
    if (found.length > 1) said.push(`${differing} of ${rows.length} lines differ.`);
    else if (!this.asked.length) said.push("Add models to see where they differ.");
    this.status.textContent = said.join("").trim();
    this.kept.hidden = found.length < 2;
    const drawn = this.only.checked && found.length > 1 ? rows.filter((row) => row.differs) : rows;
    this.table.replaceChildren(...(found.length ? [this.tableOf(found, drawn)] : []));
  }

  tableOf(sides, rows) {
    const caption = element("caption", {}, "What differs is marked; unknown is what no source says");
    const heads = sides.map((side) => element("th", { scope: "col" }, ...this.headOf(side)));
    const body = rows.map((row, place) => [rows[place - 1]?.group === row.group ? "" : groupOf(row.group, sides.length), lineOf(row)]);
    return element("table", { class: "compare" }, caption, element("thead", {}, element("tr", {}, element("td"), ...heads)), element("tbody", {}, body.flat()));
  }

  headOf(side) {
    const others = side.offers.filter((offer) => offer.seller !== side.offer?.seller || offer.model_id !== side.offer?.model_id);
    const sellers = [...new Map([side.offer, ...others].filter(Boolean).map((offer) => [offer.seller, offer.name]))];
    const options = sellers.map(([id, name]) => element("option", { value: id, selected: id === side.offer.seller }, name));
    const turn = (event) => this.change(this.asked.map((each) => (each === side.asked ? `${side.slug}@${event.target.value}` : each)));
    const select = element("select", { "aria-label": `Seller of ${side.name}`, onchange: turn }, options);
    const remove = () => this.change(this.asked.filter((each) => each !== side.asked));
    return [
      element("a", { href: new URL(side.path, ROOT).pathname }, side.name),
      element("br"),
      element("code", {}, side.slug),
      options.length ? element("span", { class: "seller" }, "at ", options.length > 1 ? select : sellers[0][1]) : element("span", { class: "seller" }, "no seller is known"),
      element("button", { type: "button", class: "plain", onclick: remove, "aria-label": `Remove ${side.name}` }, "Remove"),
    ];
  }
}

/** A model as it was asked for, at the seller that was named or else at the one a list shows. */
async function read(asked) {
  const { slug, seller, id } = partsOf(asked) ?? {};
  const answer = slug ? await fetch(new URL(`models/${slug}/compare.json`, ROOT)).catch(() => null) : null;
  if (!answer?.ok) return { missing: `No model ${asked.slice(0, 80)} is in the catalog.` };
  const card = await answer.json();
  const offer = seller ? card.offers.find((each) => each.seller === seller && (!id || each.model_id === id)) : (card.offers.find((each) => each.shown) ?? card.offers[0]);
  if (seller && !offer) return { missing: `${seller.slice(0, 80)} does not sell ${card.name}, as far as the catalog knows.` };
  return { ...card, asked, offer };
}

/** Every line that any side has, in the order of the groups, with each side's value. */
function linesOf(sides) {
  const rows = new Map();
  const key = (group, label) => `${group}\n${label}`;
  sides.forEach((side, place) => {
    for (const [group, label, value] of [...side.lines, ...(side.offer?.lines ?? [])]) {
      const row = rows.get(key(group, label)) ?? { group, label, values: [] };
      row.values[place] = value;
      rows.set(key(group, label), row);
    }
  });
  const groups = sides[0]?.groups ?? [];
  const filled = [...rows.values()].map((row) => {
    const values = sides.map((side, place) => row.values[place] ?? silence(row, side));
    return { ...row, values, differs: new Set(values).size > 1 };
  });
  return groups.flatMap((group) => filled.filter((row) => row.group === group));
}

// A price list that is known and has no rate for something does not charge for it under that name; else it is unknown.
function silence({ group }, { offer }) {
  const priced = offer?.lines.some(([held, label, value]) => held === "Price" && label === "Status" && value !== UNKNOWN);
  return group === "Price" && priced ? "no such rate" : UNKNOWN;
}

function groupOf(group, width) {
  return element("tr", { class: "group" }, element("td", { colspan: width + 1 }, group));
}

function lineOf({ label, values, differs }) {
  const cells = values.map((value) => element("td", { class: value === UNKNOWN ? "unknown" : "" }, value));
  const mark = differs ? element("span", { class: "differs" }, " differs") : "";
  return element("tr", differs ? { class: "differing" } : {}, element("th", { scope: "row" }, label, mark), ...cells);
}
