// What a list can be asked for: words that must hold or must not, and choices of one value.

import { element } from "./elements.js";
import { text, typed } from "./exact.js";

/** Words that are offered before the others are folded out. */
const OPEN = 10;
const GROUPS = [
  ["takes", "Takes in"],
  ["gives", "Gives back"],
  ["can", "Can do"],
];
const MASKS = [
  ["honoured", "honoured"],
  ["required", "required"],
  ["optional", "optional"],
  ["ignored", "ignored"],
  ["unsupported", "unsupported"],
  ["unknown", "unknown"],
];
const CONTEXTS = ["8000", "32000", "128000", "200000", "400000", "1000000"];
const LICENCES = [
  ["open", "open weights"],
  ["commercial", "open, commercial use allowed"],
  ["closed", "closed weights"],
];
const LIVES = [
  ["current", "not retired"],
  ["deprecated", "deprecated"],
  ["retired", "retired"],
];
const SURENESS = ["curated", "agreed", "decided", "majority", "single", "disputed"];

/** All controls, as what is asked sets them; `ask` takes what changes. */
export function controls(index, filters, asked, ask) {
  return element(
    "div",
    { class: "controls" },
    element("div", { class: "choices" }, choices(index, filters, asked, ask)),
    GROUPS.map(([group, label]) => words(group, label, filters.answers[group], asked, ask)),
    element("div", { class: "ends" }, keep(asked, ask), reset(ask)),
  );
}

function choices(index, filters, asked, ask) {
  const distinct = (column) => [...column.values].filter(Boolean).sort().map((value) => [value, value]);
  const meters = index.prices.map((entry) => [entry.id, `${entry.label}, ${entry.unit}`]);
  const sure = SURENESS.map((word) => [word, word]);
  const change = (name) => (value) => ask({ [name]: value });
  const meter = (value) => ask({ meter: value, ...(value ? {} : { most: "" }), ...sortedBy(asked, value) });
  return [
    choice("Makes", "modality", distinct(index.columns.modality), asked, change("modality")),
    choice("Price counts", "meter", meters, asked, meter),
    most(asked, ask),
    choice("Context of at least", "context", CONTEXTS.map((tokens) => [tokens, `${tokens.replace(/000$/, ",000").replace(/^1000,/, "1,000,")} tokens`]), asked, change("context")),
    choice("Mask", "mask", MASKS, asked, change("mask")),
    choice("Licence", "licence", LICENCES, asked, change("licence")),
    choice("Life", "life", LIVES, asked, change("life")),
    choice("Sold by", "seller", sellers(index, filters), asked, change("seller")),
    choice("Price status", "status", distinct(index.columns.status), asked, change("status")),
    choice("Confidence", "sure", sure, asked, change("sure")),
  ];
}

/** An order by price holds for one meter alone: a new meter begins with the cheapest, none has no such order. */
function sortedBy(asked, meter) {
  if (meter) return asked.sort ? {} : { sort: "price" };
  return /^-?price$/.test(asked.sort) ? { sort: "" } : {};
}

function sellers(index, filters) {
  const ids = new Set(filters.columns.others.values.flatMap((value) => value.split(" ")));
  for (let row = 0; row < index.count; row += 1) ids.add(index.sellerAt(row));
  ids.delete("");
  const named = [...ids].map((id) => [id, index.seller(id)]);
  return named.sort(([, first], [, second]) => (first.toLowerCase() < second.toLowerCase() ? -1 : 1));
}

function choice(label, name, values, asked, choose) {
  const options = [["", "any"], ...values].map(([value, shown]) => element("option", { value, selected: asked[name] === value }, shown));
  const select = element("select", { name, onchange: (event) => choose(event.target.value) }, options);
  return element("label", {}, element("span", {}, label), select);
}

function most(asked, ask) {
  const change = (event) => {
    const given = event.target.value.trim();
    const amount = typed(given);
    event.target.setAttribute("aria-invalid", String(Boolean(given) && !amount));
    if (amount || !given) ask({ most: amount ? text(amount) : "" });
  };
  const field = { name: "most", type: "text", inputmode: "decimal", autocomplete: "off", value: asked.most, disabled: !asked.meter, onchange: change };
  return element("label", {}, element("span", {}, "Price at most, in $"), element("input", field));
}

function words(group, label, { words: known, values, at }, asked, ask) {
  const counts = countYes(values, at, known.length);
  const sorted = known.map(([id, shown], place) => ({ id: group === "can" ? id : `${group}-${id}`, shown, count: counts[place] }));
  sorted.sort((first, second) => second.count - first.count);
  const chosen = ({ id }) => asked.need.includes(id) || asked.not.includes(id);
  const open = sorted.filter((word, place) => place < OPEN || chosen(word));
  const rest = sorted.filter((word) => !open.includes(word));
  const button = (word) => three(word, asked, ask);
  const folded = rest.length ? [element("details", {}, element("summary", {}, `${rest.length} more`), element("div", { class: "words" }, rest.map(button)))] : [];
  return element("fieldset", {}, element("legend", {}, label), element("div", { class: "words" }, open.map(button)), ...folded);
}

function countYes(values, at, width) {
  const rows = new Uint32Array(values.length);
  for (const place of at) rows[place] += 1;
  return Array.from({ length: width }, (_, word) => values.reduce((sum, value, place) => (value[word] === "y" ? sum + rows[place] : sum), 0));
}

/** A word with three states: it does not matter, a model must have it, a model must not. */
function three({ id, shown }, asked, ask) {
  const state = asked.need.includes(id) ? "need" : asked.not.includes(id) ? "not" : "any";
  const said = { need: "needed", not: "must not", any: "does not matter" }[state];
  const without = (words) => words.filter((word) => word !== id);
  const next = {
    any: { need: [...asked.need, id], not: asked.not },
    need: { need: without(asked.need), not: [...asked.not, id] },
    not: { need: asked.need, not: without(asked.not) },
  }[state];
  const attributes = { type: "button", class: `three ${state}`, "data-word": id, "aria-label": `${shown}: ${said}`, onclick: () => ask(next) };
  return element("button", attributes, shown);
}

function keep(asked, ask) {
  const box = { type: "checkbox", name: "maybe", checked: asked.maybe, onchange: (event) => ask({ maybe: event.target.checked }) };
  return element("label", { class: "keep" }, element("input", box), " Include models where this is unknown");
}

function reset(ask) {
  const nothing = { need: [], not: [], maybe: false, modality: "", mask: "", meter: "", most: "", context: "", licence: "", life: "", seller: "", sure: "", status: "", sort: "" };
  return element("button", { type: "button", class: "plain", onclick: () => ask(nothing) }, "Clear filters");
}
