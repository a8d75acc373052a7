/** The costs of one usage at several models or sellers side by side, line by line, with differences and unknowns marked. */

import { amount, reason } from "./bill.js";
import { thousands } from "./cost.js";
import { element } from "./elements.js";
import * as exact from "./exact.js";

/** A table of answers, each the cost of the usage at a card's offer or what it lacks. */
export function costTable(answers, words) {
  const costs = answers.map(({ cost }) => cost);
  const rows = [
    ...keys(costs, ({ lines }) => lines.map(({ item }) => item)).map((item) => row(capitalised(words.meters[item].units), costs, (cost) => linesOf(cost, item, words))),
    ...keys(costs, ({ adjustments }) => adjustments.map(({ name }) => name)).map((name) => row(name, costs, (cost) => percentage(cost.adjustments, name))),
    row("Total", costs, (cost) => ({ value: cost.total, detail: reason(cost) }), "sum"),
    ...keys(costs, ({ fees }) => fees.map(({ name }) => name)).map((name) => row(name, costs, (cost) => percentage(cost.fees, name))),
    ...(costs.some((cost) => cost?.fees.length) ? [row("To be funded", costs, (cost) => ({ value: cost.funding }), "sum")] : []),
    ...more(costs),
    texts("Assumed", costs, ({ assumed }) => assumed.map(({ fact, value }) => `${words.facts[fact].label.toLowerCase()} ${value}`).join(", ") || "nothing"),
    texts("Price", costs, ({ price_status: status }) => status),
    ...missing(answers),
  ];
  const head = ({ entry: { card, offer } }) => element("th", { scope: "col" }, card.name, element("span", { class: "seller" }, `at ${offer.name}`));
  return element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Costs side by side" },
    element("table", { class: "compare costs" },
      element("caption", {}, "The same usage; what differs is marked"),
      element("thead", {}, element("tr", {}, element("td"), answers.map(head))),
      element("tbody", {}, rows)));
}

function keys(costs, of) {
  return [...new Set(costs.filter(Boolean).flatMap(of))];
}

/** A row of amounts; a cost without the line does not charge for it, one that is not known is unknown. */
function row(label, costs, of, style) {
  const found = costs.map((cost) => cost && (of(cost) ?? {}));
  const said = found.map((each, place) => (each ? `${each.value ?? ""} ${costs[place].currency}` : "unknown"));
  const cell = (each, place) => element("td", { class: "number" }, !each ? unknown() : each.value === undefined ? "not charged" : [amount(each.value, costs[place]), " ", each.detail ?? null]);
  return lineOf(label, said, found.map(cell), style);
}

function texts(label, costs, of) {
  const said = costs.map((cost) => (cost ? of(cost) : "unknown"));
  return lineOf(label, said, said.map((text) => element("td", {}, text === "unknown" ? unknown() : text)));
}

function lineOf(label, said, cells, style) {
  const differs = new Set(said).size > 1;
  const mark = differs ? element("span", { class: "differs" }, " differs") : null;
  return element("tr", { class: [style, differs && "differing"].filter(Boolean).join(" ") || null }, element("th", { scope: "row" }, label, mark), cells);
}

function unknown() {
  return element("span", { class: "unknown" }, "unknown");
}

/** What an item costs, with what it was measured as and how much of that there is. */
function linesOf(cost, item, words) {
  const lines = cost.lines.filter((line) => line.item === item);
  if (!lines.length) return null;
  const measured = lines.map(({ meter, quantity }) => `${thousands(quantity)} ${words.meters[meter][quantity === "1" ? "unit" : "units"]}`);
  const value = exact.text(exact.total(lines.map((line) => exact.decimal(line.amount))));
  return { value, detail: element("small", {}, measured.join(" + ")) };
}

function percentage(parts, name) {
  const found = parts.filter((part) => part.name === name);
  return found.length ? { value: exact.text(exact.total(found.map((part) => exact.decimal(part.amount)))), detail: element("small", {}, found.map(({ percent }) => `${percent}%`).join(" + ")) } : null;
}

/** How much more each costs than the least, where all are in one currency. */
function more(costs) {
  const known = costs.filter(Boolean);
  if (known.length < 2 || new Set(known.map(({ currency }) => currency)).size > 1) return [];
  const least = known.map(({ total }) => exact.decimal(total)).reduce((low, total) => (exact.compare(total, low) < 0 ? total : low));
  const cell = (cost) => {
    if (!cost) return element("td", { class: "number" }, unknown());
    const difference = exact.text(exact.subtract(exact.decimal(cost.total), least));
    return element("td", { class: "number" }, difference === "0" ? element("b", {}, "least") : ["+", amount(difference, cost)]);
  };
  return [element("tr", {}, element("th", { scope: "row" }, "More than the least"), costs.map(cell))];
}

/** Why a cost is not known. */
function missing(answers) {
  const why = answers.map(({ missing: lacking, wrong }) => lacking?.join("; ") ?? wrong ?? "");
  if (!why.some(Boolean)) return [];
  return [element("tr", {}, element("th", { scope: "row" }, "Missing"), why.map((text) => element("td", {}, text)))];
}

function capitalised(words) {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
