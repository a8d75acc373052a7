/** A cost worked out and shown: its lines, its assumptions, and the same question elsewhere. */

import { BadValue, Unpriced, cost, thousands, usage } from "./cost.js";
import { element } from "./elements.js";
import { Unfit } from "./exact.js";
import { money } from "./money.js";
import { quoted } from "./snippet.js";

const ZEROS = { free: "free", beta: "free in beta", included: "included", subscription: "part of a subscription", unverified: "unverified" };

/** The cost of a usage in words at an offer, with the usage; or why there is none, in `missing` or `wrong`. */
export function answer(card, offer, given, words, at) {
  try {
    const used = usage(words, given);
    return { used, cost: cost(card, offer, used, words, at) };
  } catch (error) {
    if (error instanceof Unpriced) return { missing: error.missing };
    if (error instanceof BadValue || error instanceof Unfit) return { wrong: error.message };
    throw error;
  }
}

/** Of the ids under which a seller offers a model the one that stands for the most of what is asked, else the first. */
export function meant({ slug, offers }, offer, given) {
  if (offer.as[0] !== slug) return offer; // it is named by its own id
  const said = ({ facts = {} }) => Object.entries(facts).filter(([fact, value]) => given[fact] === value).length;
  const sold = offers.filter(({ seller }) => seller === offer.seller);
  return sold.reduce((best, each) => (said(each) > said(best) ? each : best));
}

/** An offer by its seller, and by its id where the seller has several. */
export function labelOf(offer, { offers }) {
  const several = offers.filter(({ seller }) => seller === offer.seller).length > 1;
  return several ? `${offer.name} · ${offer.model_id}` : offer.name;
}

/** What is shown where there is no price. */
export function unknown(missing) {
  return [element("p", { class: "price" }, element("b", { class: "unknown" }, "unknown")), ...missing.map(complaint)];
}

/** A sentence about what is wrong. */
export function complaint(text) {
  return element("p", { class: "warning" }, `${text}.`);
}

/** A cost: its total, its lines, what was assumed and its warnings. */
export function bill(found, words, title) {
  return [
    element("p", { class: "price total" }, amount(found.total, found), " ", reason(found), status(found.price_status)),
    table(found, words, title),
    found.assumed.length && element("p", { class: "quiet" }, `Assumed: ${found.assumed.map(assumption(words)).join("; ")}.`),
    found.warnings.map(complaint),
  ].flat().filter(Boolean);
}

/** An amount that programs can read too. */
export function amount(value, { currency }) {
  return element("data", { value }, money(value, currency));
}

/** Why a total is zero. */
export function reason({ total, lines }) {
  const zeros = [...new Set(lines.map((line) => line.zero).filter(Boolean))].map((zero) => ZEROS[zero] ?? zero);
  if (total !== "0") return null;
  return element("span", { class: "why" }, `(${zeros.join(", ") || "nothing is used"})`);
}

function status(word) {
  return element("span", { class: `status ${word}` }, word);
}

function assumption(words) {
  return ({ fact, value, why }) => `${words.facts[fact].label.toLowerCase()} ${value} (${why})`;
}

function table(found, words, title) {
  const heading = (text, number) => element("th", { scope: "col", class: number && "number" }, text);
  const row = (label, middle, value, strong) =>
    element(
      "tr",
      { class: strong && "sum" },
      element("th", { scope: "row" }, label),
      element("td", {}, ...middle),
      element("td", { class: "number" }, amount(value, found)),
    );
  const percentage = ({ name, percent, amount }) => row(name, [`${percent}%`], amount);
  return element(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-label": "Bill" },
    element(
      "table",
      { class: "bill" },
      element("caption", {}, title),
      element("thead", {}, element("tr", {}, heading("Counted"), heading("Price"), heading("Amount", true))),
      element(
        "tbody",
        {},
        found.lines.map((line) => row(counted(line, words), priced(line, words, found), line.amount)),
        found.adjustments.map(percentage),
        row("Total", [], found.total, true),
        found.fees.map(percentage),
        found.fees.length ? row("To be funded", ["total and fees"], found.funding, true) : null,
      ),
    ),
  );
}

function counted({ quantity, meter }, words) {
  const { unit, units } = words.meters[meter];
  return `${thousands(quantity)} ${quantity === "1" ? unit : units}`;
}

/** A rate in words: $5.00 per 1M input tokens, with its conditions. */
function priced({ price, per, meter, when, above, minimum }, words, { currency }) {
  const { unit, units } = words.meters[meter];
  const many = /^[0-9]+000000$/.test(per) ? `${thousands(per.slice(0, -6))}M` : thousands(per);
  const conditions = Object.entries(when).map(([fact, value]) => `${words.facts[fact].label.toLowerCase()} ${value}`);
  if (above) conditions.push(`prompt above ${thousands(above)} tokens`);
  if (minimum) conditions.push(`at least ${thousands(minimum)} billed`);
  return [
    `${money(price, currency)} ${per === "1" ? `per ${unit}` : `per ${many} ${units}`}`,
    conditions.length ? element("small", {}, ` ${conditions.join(", ")}`) : null,
  ].filter(Boolean);
}

/** The same question in a shell, in Python and in SQL, as [name, text] pairs. */
export function elsewhere(card, offer, given, at) {
  const [model, seller] = offer.as;
  const words = Object.entries(given);
  const shell = [
    "ratecard cost",
    quoted(model),
    ...words.map(([name, value]) => quoted(`${name}=${value}`)),
    ...(seller ? [`--seller=${quoted(seller)}`] : []),
    ...(at ? [`--at=${quoted(at)}`] : []),
    ...(offer.tariffs.some(({ status }) => status === "unverified") ? ["--allow-unverified"] : []),
  ].join(" ");
  const keywords = [
    JSON.stringify(model),
    ...words.map(([name, value]) => `${name}=${/^(0|[1-9][0-9]*)$/.test(value) ? value : JSON.stringify(value)}`),
    ...(seller ? [`seller=${JSON.stringify(seller)}`] : []),
    ...(at ? [`at=${JSON.stringify(at)}`] : []),
  ].join(", ");
  return [
    ["Shell", shell],
    ["Python", `from ratecard import cost\n\nprint(cost(${keywords}).total)`],
  ];
}

/** The same question as parameters of the statement cost.sql, for the sqlite3 shell; both files lie at the start of the site. */
export function statement(card, offer, { quantities, facts }, at, home) {
  const text = (value) => `"'${value.replaceAll("'", "''")}'"`;
  return [
    `# both files: curl -O ${home}catalog.db -O ${home}cost.sql`,
    "sqlite3 catalog.db <<'END'",
    `.parameter set :slug ${text(card.slug)}`,
    `.parameter set :seller ${text(offer.seller)}`,
    `.parameter set :model_id ${text(offer.model_id)}`,
    `.parameter set :at ${text(at)}`,
    `.parameter set :quantities '${JSON.stringify(quantities)}'`,
    `.parameter set :facts '${JSON.stringify(facts)}'`,
    ".read cost.sql",
    "END",
  ].join("\n");
}
