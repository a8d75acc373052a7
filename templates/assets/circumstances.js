/** The facts of a request: those it gives, and those it leaves open: the law of `ratecard.requests.facts`. */

import { BadValue, factProblem } from "./cost.js";

/** What a value means that leaves the choice to the seller. */
const OPEN = "?";
/** The fact that follows from the time of the call. */
const TIMELY = "period";

/** The value of each fact that is given, with why; those that are open; and what is to be said. */
export function factsOf(asked, words, stated, batch) {
  const found = { given: {}, why: {}, open: new Set(), notes: [] };
  const give = (fact, value, why) => {
    found.given[fact] = value;
    found.why[fact] = why;
  };
  if (batch) give("service_tier", "batch", "a line of a batch");
  for (const { name, value, row } of asked) {
    if (row?.role !== "fact") continue;
    const meant = typeof value === "string" && Object.hasOwn(row.means, value) ? row.means[value] : value;
    if (meant === OPEN) found.open.add(row.words[0]);
    else if (meant === "") found.notes.push(`${name} ${value}: priced as without a ${name}`);
    else give(...factOf(name, meant, row, words), `given as ${name}`);
  }
  for (const [fact, value] of Object.entries(stated)) give(fact, value, "given on the command line");
  for (const fact of Object.keys(found.given)) found.open.delete(fact);
  return found;
}

/** The fact a parameter's value gives: the first of its row that takes such a value. */
function factOf(name, value, row, words) {
  const text = typeof value === "boolean" ? (value ? "on" : "off") : String(value);
  const word = row.words.find((each) => !factProblem(words.facts[each], text));
  if (!word) throw new BadValue(`${name}: ${value}: ${factProblem(words.facts[row.words[0]], text)}`);
  return [word, text];
}

/**
 * Every fact the price of these meters depends on and that the request leaves open, with all it may be. A fact is open
 * where the request leaves it to the seller, or where nothing is priced without it.
 */
export function circumstancesOf({ card, offer, tariff, words, rows }, meters, found) {
  const origin = (meter) => words.meters[meter].reading;
  const ratesOf = (meter) => tariff.rates.filter((rate) => rate.meter === meter || origin(rate.meter)?.of === meter);
  const rates = meters.flatMap(ratesOf);
  const sure = { ...tariff.defaults, ...found.given };
  const left = {};
  for (const fact of asksFor(rates, origin)) if (found.open.has(fact)) left[fact] = "the request leaves it to the seller";
  for (const fact of needed(tariff, rates, sure, origin)) left[fact] ??= "not in the request, and without a default";
  const known = { ...found.given, ...Object.fromEntries(Object.keys(left).map((fact) => [fact, OPEN])) };
  return Object.keys(left).sort().map((fact) => {
    const usual = tariff.defaults?.[fact] ?? "";
    const priced = valuesOf(rates, fact, known);
    const limits = (name) => offer.limits?.[name] ?? card.limits?.[name] ?? [];
    const all = priced.length ? priced : limits(rows.listed[fact]);
    const values = ordered([...new Set([...all, ...(usual ? [usual] : [])])], words.facts[fact].values);
    const expected = usual || (values.length === 1 ? values[0] : "");
    return { fact, values, expected, why: usual ? `${left[fact]}; the price list's default is expected` : left[fact] };
  }).filter(({ values }) => values.length);
}

/** The facts that rates and readings ask for. */
function asksFor(rates, origin) {
  return new Set(rates.flatMap(({ meter, when = {} }) => [...Object.keys(when), ...readingFacts(origin(meter))]));
}

function readingFacts(reading) {
  return (reading?.times ?? []).map((factor) => factor.split(" of ").at(-1));
}

/** The facts without which a meter has no price, of those nobody gave. */
function* needed(tariff, rates, sure, origin) {
  for (const meter of new Set(rates.map((rate) => rate.meter))) {
    const own = tariff.rates.filter((rate) => rate.meter === meter).map(({ when = {} }) => Object.entries(when));
    if (!own.some((when) => when.every(([fact, value]) => sure[fact] === value))) {
      const possible = own.filter((when) => when.every(([fact, value]) => (sure[fact] ?? value) === value));
      for (const [fact] of possible.flat()) if (!Object.hasOwn(sure, fact) && fact !== TIMELY) yield fact;
    }
    for (const fact of readingFacts(origin(meter))) if (!Object.hasOwn(sure, fact)) yield fact;
  }
}

/** Every value of a fact in the rates that agree with what is known of the others. */
function valuesOf(rates, fact, known) {
  const agrees = ([name, value]) => [value, OPEN].includes(known[name] ?? value);
  const agreeing = rates.filter(({ when = {} }) => Object.entries(when).every(agrees));
  return [...new Set(agreeing.map(({ when = {} }) => when[fact]).filter(Boolean))].sort();
}

/** Values in the order of the vocabulary, such as low before high. */
function ordered(values, listed) {
  return listed?.length ? values.sort((one, other) => listed.indexOf(one) - listed.indexOf(other)) : values;
}
