// The models that were found as rows of a table.

import { ROOT } from "./catalog.js";
import { element } from "./elements.js";
import { price } from "./money.js";

const HEADS = [
  ["name", "Model", ""],
  ["provider", "Provider", ""],
  ["price", "Price", "number"],
  ["context", "Context", "number"],
  ["sellers", "Sellers", "number"],
  [null, "Status", ""],
];

/** The head of the table: what can be sorted by is a button, and says how it is sorted. */
export function heads(index, asked, sort) {
  return element("thead", {}, element("tr", {}, HEADS.map((head) => headOf(index, asked, sort, head))));
}

function headOf(index, asked, sort, [key, label, kind]) {
  const meter = index.prices.find((entry) => entry.id === asked.meter);
  if (!key) return element("th", { scope: "col", class: kind }, label);
  // Prices of different things have no order: there is one only where a meter is chosen.
  if (key === "price" && !meter) return element("th", { scope: "col", class: kind }, label);
  const [by, down] = [asked.sort.replace(/^-/, ""), asked.sort.startsWith("-")];
  const sorted = by === key ? (down ? "descending" : "ascending") : "none";
  const next = sorted === "ascending" ? `-${key}` : key;
  const arrow = element("span", { "aria-hidden": "true", class: "arrow" }, { ascending: "↑", descending: "↓", none: "↕" }[sorted]);
  const named = key === "price" ? `${label} ${meter.unit}` : label;
  const button = element("button", { type: "button", class: "plain", "data-sort": key, onclick: () => sort(next) }, named, " ", arrow);
  return element("th", { scope: "col", class: kind, "aria-sort": sorted }, button);
}

/** The row of one model. */
export function rowOf(index, row, asked) {
  const { columns, slugs, names } = index;
  const value = (name) => columns[name].values[columns[name].at[row]];
  const link = element("a", { href: new URL(`models/${slugs[row]}/`, ROOT).pathname }, names[row]);
  const maker = element("a", { href: new URL(`providers/${value("provider")}/`, ROOT).pathname }, index.provider(row));
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, link, element("br"), element("code", {}, slugs[row])),
    element("td", {}, maker),
    element("td", { class: "number" }, priceOf(index, row, asked), sellerOf(index, row)),
    element("td", { class: "number" }, number(value("context"))),
    element("td", { class: "number" }, value("sold_by")),
    element("td", {}, ...statusOf(value("status"), value("life"))),
  );
}

function statusOf(status, life) {
  const pill = element("span", { class: `status ${status}` }, status);
  return life ? [pill, element("br"), element("span", { class: "ended" }, life)] : [pill];
}

/** The price for the meter that is chosen, else all that lead the price list. */
export function priceOf(index, row, asked) {
  const chosen = index.prices.filter((entry) => (asked.meter ? entry.id === asked.meter : entry.id !== "one-image"));
  const known = chosen.map((entry) => [entry, entry.amounts[entry.at[row]]]).filter(([, amount]) => amount);
  if (!known.length) return [unknown()];
  const from = known.some(([, amount]) => amount.from) ? ["from "] : [];
  const parts = known.flatMap(([entry, amount], place) => [place ? " + " : "", ...figure(entry, amount, !asked.meter)]);
  return [...from, ...parts];
}

function sellerOf(index, row) {
  const seller = index.sellerAt(row);
  return seller ? [element("br"), element("span", { class: "at" }, `at ${index.seller(seller)}`)] : [];
}

function figure(entry, amount, withUnit) {
  const shown = element("data", { value: amount.value }, price(amount.value, entry.currency));
  const unit = withUnit ? [" ", element("span", { class: "unit" }, entry.unit)] : [];
  const why = amount.zero ? [" ", element("span", { class: "why" }, `(${amount.zero})`)] : [];
  return [shown, ...unit, ...why];
}

function number(text) {
  return text ? element("data", { value: text }, text.replace(/\B(?=(\d{3})+$)/g, ",")) : unknown();
}

function unknown() {
  return element("span", { class: "unknown" }, "unknown");
}
