/**
 * What a usage costs at an offer: the law of `ratecard.pricing.rates` and `ratecard.pricing`, for the browser.
 *
 * Pure functions over plain values. An offer, its price lists, rates, adjustments and fees are as `prices.json`
 * holds them, with numbers as texts; `words` are the meters and facts of `words.json`. A cost has the form of
 * `ratecard cost --json`, and a line of it also says why a zero is zero. The test vectors of the project hold this file to every digit.
 */

import * as exact from "./exact.js";

/** The fact that says which part of the week a call falls into, and what a moment outside every window is called. */
const PERIOD = "period";
const SIZE = "size";
const RESOLUTION = "resolution";
const STANDARD = "standard";
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/** The statuses of prices that are no surer on any day. */
const DOUBTFUL = new Set(["unknown", "disputed", "unverified"]);
/** One megapixel is 1024 x 1024 pixels, a tile 512 x 512, each begun one in full. */
const MEGAPIXEL = 1024 * 1024;
const TILE = 512;

const MAX_QUANTITY = exact.decimal(10n ** 18n);

/** Part of a usage has no known price; `missing` names each thing no rate covers. */
export class Unpriced extends Error {
  constructor(slug, seller, missing) {
    super(`no price for ${slug} at ${seller || "any seller"}: ${missing.join("; ")}`);
    this.missing = missing;
  }
}

/** A word or value that cannot be read as what it is meant to be. */
export class BadValue extends Error {}

/**
 * The usage that words stand for, such as {images: "2", quality: "high"}: a word that is a meter is a quantity, one
 * that is a fact is a fact, anything else is a `BadValue`.
 */
export function usage(words, given) {
  const quantities = {};
  const facts = {};
  for (const [word, value] of Object.entries(given)) {
    if (Object.hasOwn(words.meters, word)) quantities[word] = quantity(word, words.meters[word], value);
    else if (Object.hasOwn(words.facts, word)) facts[word] = factValue(word, words.facts[word], value);
    else throw new BadValue(`'${word}' is not a meter or fact`);
  }
  return { quantities, facts };
}

/** A quantity of a meter: a number of zero or more, not endlessly fine. */
function quantity(id, meter, value) {
  const number = exact.parse(value);
  if (!number || exact.compare(number, exact.ZERO) < 0 || exact.compare(number, MAX_QUANTITY) > 0)
    throw new BadValue(`${id}=${value}: not a quantity; write a number of 0 or more, such as 1000 or 20k`);
  if (number.places > exact.MAX_DIGITS)
    throw new BadValue(`${id}=${value}: more than ${exact.MAX_DIGITS} decimals; round it`);
  if (meter.whole && !exact.isWhole(number)) throw new BadValue(`${id}=${value}: ${id} are whole numbers`);
  return number;
}

function factValue(id, fact, value) {
  const text = fact.kind === "flag" ? (FLAGS.get(value.toLowerCase()) ?? value) : value;
  const problem = factProblem(fact, text);
  if (problem) throw new BadValue(`${id}=${value}: ${problem}`);
  return text;
}

/** How people write on and off. */
const FLAGS = new Map([["yes", "on"], ["true", "on"], ["no", "off"], ["false", "off"]]);

/** What is wrong with a fact's value, or an empty text. */
function factProblem({ kind, values = [] }, value) {
  if (kind === "flag") return ["on", "off"].includes(value) ? "" : "neither on nor off";
  if (kind === "integer") return /^[1-9][0-9]{0,8}$/.test(value) ? "" : "not a whole number above 0";
  if (kind === "size")
    return /^[1-9][0-9]{0,4}x[1-9][0-9]{0,4}$/.test(value)
      ? ""
      : "not a size; write WIDTHxHEIGHT, such as 1024x1024";
  if (values.length && !values.includes(value)) return `not one of ${listed(values, "or")}`;
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value) ? "" : "not a word of letters, digits, dots and dashes";
}

/**
 * The cost of a usage at an offer of a card, at a moment (a `Date`, read in UTC).
 *
 * Throws `Unpriced`, naming everything that lacks a rate, rather than leave anything out.
 */
export function cost(card, offer, { quantities, facts: told = {} }, words, at) {
  const { meters } = words;
  const stated = meant(told, offer.means ?? {});
  const counted = Object.keys(quantities).filter((name) => quantities[name].digits > 0n);
  const tariff = pricedTariff(card, offer, at);
  const facts = withClass(stated, tariff);
  const clock = timely(tariff, at);
  const held = { ...tariff.defaults, ...clock, ...facts };
  const asked = Object.entries(facts).filter(([fact, value]) => matters(fact, value, offer, words)).sort(byName);
  const { found, missing } = termsOf(tariff, offer.scaled ?? {}, counted, quantities, held, asked, meters);
  if (missing.length) throw new Unpriced(card.slug, offer.seller, missing);
  const relevant = relevantFacts(tariff, offer.fees ?? [], found, meters);
  if (facts !== stated && relevant.has(RESOLUTION)) relevant.add(SIZE);

  const lines = found.filter((term) => term.times.digits).map((term) => lineOf(term, quantities[term.item]));
  const due = (tariff.adjustments ?? []).filter((adjustment) => holds(adjustment.when, held));
  const adjustments = percentages(due, lines);
  const sum = exact.total([...lines, ...adjustments].map((part) => part.amount));
  const fees = feesOn(sum, (offer.fees ?? []).filter((fee) => !waived(fee, held)));
  return {
    model: card.slug,
    seller: offer.seller,
    model_id: offer.model_id,
    currency: tariff.currency ?? "USD",
    at: `${at.toISOString().slice(0, 19)}Z`,
    lines: lines.map(writtenLine),
    adjustments: adjustments.map(writtenPercentage),
    total: exact.text(sum),
    fees: fees.map(writtenPercentage),
    funding: exact.text(exact.total([sum, ...fees.map((fee) => fee.amount)])),
    assumed: assumedOf(tariff, clock, facts, stated, relevant, at),
    price_status: statusOn(tariff, at),
    tariff: { effective: tariff.effective ?? null },
    warnings: warningsOf(card, offer, tariff, stated, relevant, at),
  };
}

/**
 * Facts with the resolution that their size means to a price list which goes by resolution and not by size.
 *
 * A size of none of its classes stands for itself, a resolution that the list does not know.
 */
function withClass(facts, tariff) {
  if (!Object.hasOwn(facts, SIZE) || Object.hasOwn(facts, RESOLUTION)) return facts;
  const conditions = [...tariff.rates, ...(tariff.adjustments ?? [])].map(({ when = {} }) => when);
  const named = (fact) => conditions.map((when) => when[fact]).filter((value) => value !== undefined);
  if (!named(RESOLUTION).length || named(SIZE).length) return facts;
  const classes = new Set([...named(RESOLUTION), tariff.defaults?.[RESOLUTION] ?? []].flat());
  const [width, height] = facts[SIZE].split("x").map(Number);
  const found = [...classes].filter((name) => isOfClass(name, width, height));
  return { ...facts, [RESOLUTION]: found.length === 1 ? found[0] : facts[SIZE] };
}

/** 1080p has 1080 pixels on its shorter side, and 2K about as many in all as 2048x2048. */
function isOfClass(name, width, height) {
  if (name.endsWith("p")) return Math.min(width, height) === parseInt(name, 10);
  const side = Math.round(parseFloat(name) * 1024);
  return Math.abs(width * height - side * side) * 20 <= side * side;
}

/** The price list in force at a moment: the last one that had taken effect by that day, if any. */
export function tariffAt(offer, at) {
  return (offer.tariffs ?? []).findLast((tariff) => !tariff.effective || tariff.effective <= dayOf(at));
}

/** How sure the price of a list is at a moment: `undated` before it is known to hold. */
function statusOn(tariff, at) {
  const status = tariff.status ?? "";
  return !tariff.known_from || dayOf(at) >= tariff.known_from || DOUBTFUL.has(status) ? status : "undated";
}

/** The price list in force at a moment; throws `Unpriced` where none has prices. */
function pricedTariff(card, offer, at) {
  if (offer.released && dayOf(at) < offer.released)
    throw new Unpriced(card.slug, offer.seller, [`it was released on ${offer.released}; there is no price before`]);
  const tariff = tariffAt(offer, at);
  if (tariff?.rates?.length) return tariff;
  const early = offer.tariffs?.length && !tariff;
  const why = early ? `no price list was in force before ${offer.tariffs[0].effective}` : "its price is not known";
  throw new Unpriced(card.slug, offer.seller, [why]);
}

/** What the clock says, for a price list that knows parts of the week. */
function timely(tariff, at) {
  const periods = tariff.periods ?? {};
  return Object.keys(periods).length ? { [PERIOD]: periodAt(periods, at) } : {};
}

/** The part of the week a moment falls into; windows are as `mon-fri 16:30-24:00`, in UTC. */
function periodAt(periods, at) {
  const today = (at.getUTCDay() + 6) % 7;
  const time = at.toISOString().slice(11, 16);
  const within = (window) => {
    const [days, hours] = window.split(" ");
    const [first, last = first] = days.split("-").map((day) => DAYS.indexOf(day));
    const [start, end] = hours.split("-");
    return (today - first + 7) % 7 <= (last - first + 7) % 7 && start <= time && time < end;
  };
  return Object.keys(periods).find((name) => periods[name].some(within)) ?? STANDARD;
}

/** A term for each item under each of its readings that the price list has a rate for, and what lacks one. */
function termsOf(tariff, scaled, items, quantities, facts, given, meters) {
  const priced = [...new Set(tariff.rates.map((rate) => rate.meter))];
  const prompt = exact.total(items.filter((name) => meters[name].prompt).map((name) => quantities[name]));
  const missing = uncovered(items, priced, meters);
  const found = [];
  for (const meter of priced) {
    const item = items.includes(meter) ? meter : items.find((name) => name === meters[meter].reading?.of);
    if (!item) continue;
    const lacking = asked(meters, meter, item).filter((fact) => !Object.hasOwn(facts, fact));
    const rates = tariff.rates.filter((rate) => rate.meter === meter);
    const rate = rateFor(rates, facts, prompt);
    const unknown = unknownOf(tariff, scaled[meter] ?? [], meter, given);
    if (lacking.length) missing.push(`${meter} needs ${listed(lacking, "and")}`);
    else if (!rate) missing.push(noRate(meter, rates, facts));
    else if (unknown) missing.push(unknown);
    else found.push({ item, meter, rate, times: times(meters, meter, item, facts) });
  }
  return { found, missing };
}

/**
 * Of the rates that apply the one with the most conditions, a threshold being one; of those under the same conditions
 * the one with the highest threshold. Null where two under other conditions tie.
 */
function rateFor(rates, facts, prompt) {
  const applying = rates.filter((rate) => holds(rate.when, facts) && above(rate, prompt));
  const most = Math.max(...applying.map(conditions));
  const best = applying.filter((rate) => conditions(rate) === most);
  if (new Set(best.map((rate) => JSON.stringify(Object.entries(rate.when ?? {}).sort(byName)))).size !== 1) return null;
  return best.reduce((one, other) => (Number(other.above ?? 0) > Number(one.above ?? 0) ? other : one));
}

/** Facts with the values that the words of a seller stand for. */
function meant(facts, means) {
  return Object.fromEntries(Object.entries(facts).map(([fact, value]) => [fact, means[fact]?.[value] ?? value]));
}

/** Whether a given value asks for anything but the standard price of an offer. */
function matters(fact, value, offer, words) {
  return offer.facts?.[fact] !== value && !(words.facts?.[fact]?.plain ?? []).includes(value);
}

/** What a price list does not know of the facts given, for a meter; empty where it knows all. */
function unknownOf(tariff, scaled, meter, given) {
  const changes = (tariff.adjustments ?? []).filter(({ meters = [] }) => !meters.length || meters.includes(meter));
  const conditions = [...tariff.rates.filter((rate) => rate.meter === meter), ...changes].map(({ when = {} }) => when);
  for (const [fact, value] of given) {
    if (tariff.defaults?.[fact] === value) continue;
    const values = [...new Set(conditions.map((when) => when[fact]).filter((one) => one !== undefined))].sort();
    const lacks = `no rate for ${meter} with ${fact}=${value}`;
    if (values.length && !values.includes(value)) return `${lacks}; there is one for ${listed(values, "or")}`;
    if (!values.length && scaled.includes(fact)) return `${lacks}; other models of this seller have prices by ${fact}`;
  }
  return "";
}

function above(rate, prompt) {
  return !rate.above || exact.compare(prompt, exact.decimal(rate.above)) > 0;
}

/** The number of conditions of a rate, its threshold included. */
function conditions({ when = {}, above = 0 }) {
  return Object.keys(when).length + (Number(above) ? 1 : 0);
}

/** Whether conditions are among the facts. */
function holds(when = {}, facts) {
  return Object.entries(when).every(([fact, value]) => Object.hasOwn(facts, fact) && facts[fact] === value);
}

/** The facts it takes to measure an item by a meter: none where the item is the meter's own. */
function asked(meters, meter, item) {
  return item === meter ? [] : meters[meter].reading.times.map((factor) => factor.split(" of ").at(-1));
}

/** How much of a meter each unit of an item comes to. */
function times(meters, meter, item, facts) {
  if (item === meter) return exact.ONE;
  return meters[meter].reading.times.map((factor) => factorOf(factor, facts)).reduce(exact.multiply, exact.ONE);
}

function factorOf(factor, facts) {
  const [fact, measure] = factor.split(" of ").reverse();
  return exact.decimal(measure ? MEASURES[measure](...facts[fact].split("x").map(Number)) : facts[fact]);
}

const megapixels = (width, height) => Math.ceil((width * height) / MEGAPIXEL);
const MEASURES = {
  "pixels": (width, height) => width * height,
  "megapixels": megapixels,
  "extra megapixels": (width, height) => megapixels(width, height) - 1,
  "tiles": (width, height) => Math.ceil(width / TILE) * Math.ceil(height / TILE),
};

function uncovered(items, priced, meters) {
  const missing = [];
  for (const name of [...items].sort()) {
    const other = meters[name].instead_of;
    if (other && priced.includes(other) && priced.includes(name) && items.includes(other))
      missing.push(`${name} and ${other} measure the same output here; give one of them`);
    if (!priced.some((meter) => meter === name || meters[meter].reading?.of === name))
      missing.push(`no rate for ${name}; this price list has ${listed(priced, "and")}`);
  }
  return missing;
}

function noRate(meter, rates, facts) {
  const conditions = rates.map((rate) => Object.entries(rate.when ?? {}).sort(byName));
  const names = [...new Set(conditions.flat().map(([fact]) => fact))].sort();
  if (!names.length) {
    const least = Math.min(...rates.map((rate) => Number(rate.above ?? 0)));
    return `no rate for ${meter} in a prompt of up to ${thousands(String(least))} tokens`;
  }
  const given = names.map((fact) => `${fact}=${Object.hasOwn(facts, fact) ? facts[fact] : "(not given)"}`);
  const offered = new Set(conditions.map((when) => when.map((pair) => pair.join(" ")).join(", ")));
  return `no rate for ${meter} with ${given.join(", ")}; there is one for each of ${[...offered].join(" / ")}`;
}

/** The facts that the price of what is billed can depend on. */
function relevantFacts(tariff, fees, found, meters) {
  const billed = new Set(found.map((term) => term.meter));
  const facts = new Set();
  const take = (when = {}) => Object.keys(when).forEach((fact) => facts.add(fact));
  tariff.rates.filter((rate) => billed.has(rate.meter)).forEach((rate) => take(rate.when));
  for (const { meters: covered = [], when } of tariff.adjustments ?? [])
    if (!covered.length || covered.some((meter) => billed.has(meter))) take(when);
  fees.forEach((fee) => take(fee.waived));
  found.forEach((term) => asked(meters, term.meter, term.item).forEach((fact) => facts.add(fact)));
  return facts;
}

/** The line that a term makes of a quantity: what is billed is the rate's minimum at least. */
function lineOf({ item, meter, rate, times }, quantity) {
  const minimum = exact.decimal(rate.minimum ?? 0);
  const measured = exact.multiply(quantity, times);
  const billed = exact.compare(measured, minimum) < 0 ? minimum : measured;
  const amount = exact.divide(exact.multiply(exact.decimal(rate.price), billed), exact.decimal(rate.per ?? 1));
  return { item, meter, rate, quantity: billed, amount };
}

/** Each percentage in its turn, on what the ones before it left of the lines it covers. */
function percentages(adjustments, lines) {
  const running = lines.map((line) => line.amount);
  const result = [];
  for (const adjustment of adjustments) {
    const percent = exact.decimal(adjustment.percent);
    let change = exact.ZERO;
    lines.forEach((line, index) => {
      if (!covers(adjustment, line)) return;
      const part = exact.divide(exact.multiply(running[index], percent), exact.HUNDRED);
      running[index] = exact.add(running[index], part);
      change = exact.add(change, part);
    });
    if (change.digits) result.push({ name: adjustment.name, percent, amount: change });
  }
  return result;
}

/** Whether a percentage is for a line: not where the line's rate itself names a fact of it. */
function covers({ meters = [], when = {} }, line) {
  const named = line.rate.when ?? {};
  return (!meters.length || meters.includes(line.meter)) && !Object.keys(when).some((fact) => Object.hasOwn(named, fact));
}

/** What it takes to fund the total: the mark-up base*f, or the gross-up base*f/(1-f). */
function feesOn(sum, fees) {
  return fees.map(({ name, percent, basis }) => {
    const share = exact.decimal(percent);
    const rest = basis === "on_top" ? exact.HUNDRED : exact.subtract(exact.HUNDRED, share);
    return { name, percent: share, amount: exact.divide(exact.multiply(sum, share), rest) };
  });
}

function waived({ waived = {} }, facts) {
  return Object.keys(waived).length > 0 && holds(waived, facts);
}

function assumedOf(tariff, clock, facts, stated, relevant, at) {
  const silent = (fact) => relevant.has(fact) && !Object.hasOwn(stated, fact);
  const why = (fact) => (Object.hasOwn(facts, fact) ? `the class of size ${facts[SIZE]}` : "default of the price list");
  const taken = Object.entries({ ...tariff.defaults, ...facts }).sort(byName).filter(([fact]) => silent(fact));
  const assumed = taken.map(([fact, value]) => ({ fact, value, why: why(fact) }));
  if (PERIOD in clock && silent(PERIOD))
    assumed.push({ fact: PERIOD, value: clock[PERIOD], why: `the time ${at.toISOString().slice(11, 16)} UTC` });
  return assumed;
}

function warningsOf(card, offer, tariff, given, relevant, at) {
  const day = dayOf(at);
  const warnings = [];
  const [end, who] = offer.retired ?? [];
  if (end && end <= day) {
    const successor = card.replaced_by ? `; its successor is ${card.replaced_by}` : "";
    warnings.push(`${card.slug} at ${offer.seller} was retired on ${end}, ${who} says${successor}`);
  }
  const [past, says] = offer.outlived ?? [];
  if (past && past <= day) warnings.push(`${card.slug} at ${offer.seller}: ${says}`);
  if (offer.delisted) warnings.push(`${card.slug} at ${offer.seller} is ${offer.delisted}`);
  if (statusOn(tariff, at) === "undated")
    warnings.push(`its price before ${tariff.known_from} is not known; this is the first one that is`);
  if (tariff.status === "unverified") {
    const reasons = [...new Set(tariff.rates.map((rate) => rate.zero).filter(Boolean))].sort();
    warnings.push(`the price of zero is ${listed(reasons, "and")}, not a confirmed free offer`);
  }
  if (tariff.status === "stale") warnings.push(`the price was last read on ${tariff.last_read}; it may have changed since`);
  if (tariff.status === "disputed") warnings.push("sources disagree about this price; the evidence names them");
  if (tariff.incomplete?.length)
    warnings.push(`this seller also charges for ${listed(tariff.incomplete, "and")} at a price that is not known`);
  for (const fact of Object.keys(given).filter((name) => !relevant.has(name)).sort())
    warnings.push(`${fact}=${given[fact]} is in none of the prices used here, and taken not to matter`);
  for (const fee of offer.fees ?? []) if (fee.note && waived(fee, given)) warnings.push(fee.note);
  return warnings;
}

function writtenLine({ item, meter, quantity, rate, amount }) {
  const { price, per = 1, when = {}, above, minimum, zero } = rate;
  return {
    item,
    meter,
    quantity: exact.text(quantity),
    price: exact.text(exact.decimal(price)),
    per: String(per),
    when,
    amount: exact.text(amount),
    ...(Number(above ?? 0) ? { above: String(above) } : {}),
    ...(minimum && exact.decimal(minimum).digits ? { minimum: exact.text(exact.decimal(minimum)) } : {}),
    ...(zero ? { zero } : {}),
  };
}

function writtenPercentage({ name, percent, amount }) {
  return { name, percent: exact.text(percent), amount: exact.text(amount) };
}

function dayOf(at) {
  return at.toISOString().slice(0, 10);
}

function byName([left], [right]) {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Words as people list them: a, b or c. */
export function listed(words, joint) {
  const head = words.slice(0, -1);
  return head.length ? `${head.join(", ")} ${joint} ${words.at(-1)}` : words[0];
}

/** A number's text with its thousands apart: 1,000,000. */
export function thousands(number) {
  const [whole, fraction] = number.split(".");
  return whole.replace(/(?<=[0-9])(?=(?:[0-9]{3})+$)/g, ",") + (fraction ? `.${fraction}` : "");
}
