/** Which fields a calculator has: what the chosen price lists count, and the facts that their prices depend on. */

import { tariffAt } from "./cost.js";
import * as exact from "./exact.js";

/** Up to how much a slider leads, for what is priced by the thousand and for what is priced one by one. */
const MOST = { many: 9, few: 6 };
/** The end of the slider of a whole number without a bound, such as seconds. */
const COUNTED = 100n;

/**
 * The fields for some choices of `{card, offer}` at a moment, in the order of their price lists, with one more for each
 * word given that none of them asks for, so that it can be taken back.
 */
export function fieldsOf(cards, words, given, at) {
  const offers = cards.map(({ offer }) => offer);
  const tariffs = offers.map((offer) => tariffAt(offer, at)).filter((tariff) => tariff?.rates?.length);
  const quantities = new Set(offers.flatMap((offer) => itemsOf(offer, words, at)));
  const facts = factsOf(tariffs, offers, words);
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(words.meters, name)) quantities.add(name);
    else if (Object.hasOwn(words.facts, name) && !facts.has(name)) facts.set(name, new Set());
  }
  return {
    quantities: [...quantities].map((name) => quantityField(name, words.meters[name], cards)),
    facts: [...facts].map(([name, values]) => factField(name, [...values], tariffs, words, cards)),
    timed: offers.some((offer) => (offer.tariffs?.length ?? 0) > 1) || tariffs.some((tariff) => tariff.periods),
  };
}

/** What a usage of an offer may count: each meter, or what it is read off; one where two measure the same. */
export function itemsOf(offer, { meters }, at) {
  const items = new Set((tariffAt(offer, at)?.rates ?? []).map(({ meter }) => meters[meter].reading?.of ?? meter));
  return [...items].filter((name) => !items.has(meters[name].instead_of));
}

function quantityField(name, meter, cards) {
  const most = limitOf(meter.limit, cards) ?? 10n ** BigInt(meter.per >= 1000 ? MOST.many : MOST.few);
  return { name, label: capitalised(meter.units), stops: [exact.ZERO, ...stopsTo(most)] };
}

/** The largest that any of the models allows; null where one of them states none. */
function limitOf(name, cards) {
  const limits = name ? cards.map(({ card, offer }) => offer.limits?.[name] ?? card.limits?.[name]) : [];
  return limits.length && limits.every(Boolean) ? BigInt(Math.max(...limits)) : null;
}

/** Round numbers up to a bound, and the bound itself: as far apart as they are large. */
function stopsTo(most) {
  const powers = Array.from({ length: String(most).length }, (_, power) => 10n ** BigInt(power));
  const round = powers.flatMap((power) => [power, 2n * power, 5n * power]).filter((stop) => stop < most);
  return [...round, most].map((stop) => exact.decimal(stop));
}

/** The facts that prices, percentages, fees or readings of these price lists ask for, each with the values they name. */
function factsOf(tariffs, offers, words) {
  const found = new Map();
  const take = (when = {}) => Object.entries(when).forEach(([fact, value]) => valuesOf(fact).add(value));
  const valuesOf = (fact) => found.get(fact) ?? found.set(fact, new Set()).get(fact);
  for (const tariff of tariffs) {
    for (const rate of tariff.rates) {
      take(rate.when);
      for (const factor of words.meters[rate.meter].reading?.times ?? []) valuesOf(factor.split(" of ").at(-1));
    }
    for (const change of tariff.adjustments ?? []) take(change.when);
  }
  for (const fee of offers.flatMap((offer) => offer.fees ?? [])) take(fee.waived);
  return found;
}

function factField(name, values, tariffs, words, cards) {
  const fact = words.facts[name];
  const measured = tariffs.some((tariff) => tariff.rates.some((rate) => measures(words.meters[rate.meter], name)));
  const assumed = [...new Set(tariffs.map((tariff) => tariff.defaults?.[name]))].filter(Boolean);
  const known = fact.kind === "flag" ? ["on", "off"] : [...new Set([...values, ...assumed])];
  return {
    name,
    label: fact.label,
    sentence: fact.sentence,
    values: known,
    free: measured || !known.length,
    stops: fact.kind === "integer" ? stopsTo(limitOf(fact.limit, cards) ?? COUNTED) : [],
    assumed: assumed.join(" or "),
  };
}

function measures(meter, fact) {
  return (meter.reading?.times ?? []).some((factor) => factor.split(" of ").at(-1) === fact);
}

function capitalised(words) {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
