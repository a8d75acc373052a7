/** A forecast as a reader sees it: three costs side by side, why each is what it is, and how to ask the same elsewhere. */

import { amount } from "./bill.js";
import { thousands } from "./cost.js";
import { element } from "./elements.js";
import * as exact from "./exact.js";
import { openNames } from "./forecast.js";
import { quoted, snippet } from "./snippet.js";

/** What each cost is called, and what stands where there is none. */
const ENDS = [["minimum", "At least", ""], ["expected", "Expected", "unknown"], ["maximum", "At most", "no bound"]];
const QUANTITIES = [["least", ""], ["expected", "?"], ["most", "no bound"]];

/** The three costs as a table, what was assumed below it, and what nobody can say. */
export function foretold(found, words, title) {
  const said = reasons(found, words);
  return [
    table(found, words, title),
    element("ul", { class: "why" }, said.map((words) => element("li", {}, words))),
    ...found.warnings.map((warning) => element("p", { class: "warning" }, `${warning}.`)),
  ];
}

function table(found, words, title) {
  const costs = ENDS.map(([end]) => found[end]);
  const sum = (parts, wanted) => parts.filter(wanted).reduce((whole, { amount: part }) => exact.add(whole, exact.decimal(part)), exact.ZERO);
  const cell = (value, none, cost) => element("td", { class: "number" }, value === null ? (none && element("span", { class: "unknown" }, none)) : amount(exact.text(value), cost));
  const row = (label, quantity, ends, nones = ["", "", ""], style = null) => element("tr", { class: style },
    element("th", { scope: "row" }, label, quantity && element("small", {}, quantity)), ends.map((end, place) => cell(end, nones[place], found.minimum)));
  const meters = new Set(costs.filter(Boolean).flatMap(({ lines }) => lines.map(({ meter }) => meter)));
  const changes = new Set(costs.filter(Boolean).flatMap(({ adjustments }) => adjustments.map(({ name }) => name)));
  const each = (of) => costs.map((cost) => cost && of(cost));
  const heading = (text) => element("th", { scope: "col", class: "number" }, text);
  const rows = [
    ...[...meters].map((meter) => row(words.meters[meter].units, counted(found, costs, meter), each(({ lines }) => sum(lines, (line) => line.meter === meter)))),
    ...[...changes].map((name) => row(name, "", each(({ adjustments }) => sum(adjustments, (change) => change.name === name)))),
    row("Total", "", each(({ total }) => exact.decimal(total)), ENDS.map(([, , none]) => none), "sum"),
    ...(costs.some((cost) => cost?.fees.length) ? [row("To be funded", "", each(({ funding }) => exact.decimal(funding)))] : []),
  ];
  return element("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": "Forecast" }, element("table", { class: "bill foretold" },
    element("caption", {}, title),
    element("thead", {}, element("tr", {}, element("th", { scope: "col" }, "Counted"), ENDS.map(([, label]) => heading(label)))),
    element("tbody", {}, rows)));
}

/** The quantities of a meter in the three costs, or the one that they share. */
function counted(found, costs, meter) {
  const known = found.quantities.find((entry) => entry.meter === meter);
  const billed = (cost) => cost && cost.lines.filter((line) => line.meter === meter).reduce((sum, { quantity }) => exact.add(sum, exact.decimal(quantity)), exact.ZERO);
  const ends = QUANTITIES.map(([end, none], place) => {
    const number = known ? known[end] : billed(costs[place]);
    return number ? thousands(exact.text(number)) : none;
  });
  return new Set(ends).size === 1 ? ends[0] : ends.join(" / ");
}

/** Everything that was counted, taken for granted or left open, one sentence each. */
function reasons(found, words) {
  const fact = (name) => words.facts[name].label.toLowerCase();
  const left = new Set(found.circumstances.map((entry) => entry.fact));
  return [
    ...found.quantities.map(({ meter, why }) => `${words.meters[meter].units}: ${why.join("; ")}`),
    ...found.circumstances.map((entry) => `${fact(entry.fact)}: ${entry.values.join(", ")} (${entry.why})`),
    ...found.given.map((entry) => `${fact(entry.fact)}: ${entry.expected} (${entry.why})`),
    ...found.minimum.assumed.filter((entry) => !left.has(entry.fact)).map((entry) => `assumed: ${fact(entry.fact)} ${entry.value} (${entry.why})`),
    ...found.notes,
  ];
}

/**
 * Fields for what nobody expects anything of yet. `expected` are the texts given so far; `give` takes them as they
 * change. What was said stays, so that it can be taken back.
 */
export function expectations(found, words, expected, give) {
  const names = [...new Set([...openNames(found), ...Object.keys(expected)])];
  const values = (name) => found.circumstances.find(({ fact }) => fact === name)?.values ?? [];
  const field = (name) => {
    const attributes = { name, oninput: (event) => give(name, event.target.value.trim()) };
    if (!words.facts[name]) return element("input", { ...attributes, value: expected[name] ?? "", inputmode: "decimal", autocomplete: "off" });
    const options = [["", "nobody knows"], ...values(name).map((value) => [value, value])];
    return element("select", attributes, options.map(([value, shown]) => element("option", { value, selected: value === (expected[name] ?? "") }, shown)));
  };
  return names.map((name) => element("label", {}, `Expected ${words.facts[name]?.label.toLowerCase() ?? words.meters[name].units}`, field(name)));
}

/** The same question in a shell and in Python. */
export function asked({ body, endpoint, batch }, offer, expected) {
  const [model, seller] = offer.as;
  const pairs = Object.entries(expected);
  const whole = batch ? { url: `/v1/${endpoint}`, body } : body;
  const text = JSON.stringify(whole, null, 1).replaceAll("\n", " ").replace(/ +/g, " ");
  const shell = ["ratecard cost", quoted(model), "--request -", ...(seller ? [`--seller=${quoted(seller)}`] : []), ...pairs.map((pair) => `--expect ${quoted(pair.join("="))}`)];
  const keywords = [
    JSON.stringify(JSON.stringify(whole)),
    `model=${JSON.stringify(model)}`,
    ...(seller ? [`seller=${JSON.stringify(seller)}`] : []),
    ...(pairs.length ? [`expect=${JSON.stringify(expected)}`] : []),
  ];
  return element("details", { class: "calls" },
    element("summary", {}, "The same in a shell and in Python"),
    snippet("sh", `${shell.join(" ")} <<'END'\n${text}\nEND`, "The cost of the request in a shell"),
    snippet("python", `from ratecard import forecast\n\nprint(forecast(${keywords.join(", ")}).minimum.total)`, "The cost of the request in Python"));
}
