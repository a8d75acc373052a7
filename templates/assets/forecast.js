/**
 * What a request will cost before it is sent: the least, the expected and the most, with every assumption.
 *
 * The law of `ratecard.forecasting`, as `ratecard cost --request` answers it where no tokenizer is installed. What a
 * parameter decides stands in `rows` (requests.json); a new parameter is a row there, not a branch here.
 */

import { circumstancesOf, factsOf } from "./circumstances.js";
import { Written, isObject, piecesOf, shown } from "./contents.js";
import { BadValue, Unpriced, cost, listed, pricedTariff } from "./cost.js";
import * as exact from "./exact.js";
import { foreseen, known } from "./foreseen.js";

/** The meter whose thresholds a range of input may pass. */
const INPUT = "input_tokens";
const NOTHING = { quantities: {}, facts: {} };

/**
 * The forecast of a request at a place. A place is `{card, offer, words, rows, at}`, a request `{body, endpoint, batch}`;
 * `stated` is what is so beside the request and `expected` what is expected of what it leaves open, both as usages.
 *
 * `expected` is null while something is open that nobody stated, `maximum` while something has no bound. Throws
 * `Unpriced`, and `BadValue` for a request that cannot be read.
 */
export function forecast(place, request, stated = NOTHING, expected = NOTHING) {
  const endpoint = endpointOf(place, request);
  const asked = askedOf(place.rows, request.body, endpoint);
  const held = factsOf(asked, place.words, stated.facts, Boolean(request.batch));
  const spoken = new Set([...Object.keys(stated.quantities), ...Object.keys(expected.quantities)]);
  const pieces = piecesOf(place.rows, asked);
  const scene = { ...place, tariff: pricedTariff(place.card, place.offer, place.at), endpoint, asked, pieces, spoken };
  const seen = foreseen(scene);
  const quantities = given(seen.quantities, stated.quantities, place.rows.within);
  if (!quantities.size) throw new BadValue(`nothing to price: say how much of ${place.card.slug} is used, such as images=1`);
  const left = new Map(circumstancesOf(scene, [...quantities.keys()], held).map((entry) => [entry.fact, entry]));
  expecting(quantities, left, expected);
  const costs = costsOf(scene, [...quantities.values()], [...left.values()], held.given, !seen.excluded.length);
  const unread = pieces.filter(({ kind }) => kind === "unknown").map(({ where }) => [where, ""]);
  const parameters = Object.fromEntries([...asked.map(treated), ...unread]);
  return {
    endpoint,
    ...costs,
    quantities: [...quantities.values()],
    circumstances: [...left.values()],
    given: Object.entries(held.given).map(([fact, value]) => ({ fact, values: [value], expected: value, why: held.why[fact] })),
    excluded: seen.excluded,
    notes: [...seen.notes, ...held.notes],
    parameters,
    warnings: warningsOf(costs, parameters, seen.excluded),
  };
}

/** The endpoint a request is made for, by what is said beside it, its names and the kind of its model. */
function endpointOf({ card, rows }, { body, endpoint }) {
  const has = (mark) => Object.hasOwn(body, mark);
  if (endpoint) {
    if (!rows.groups.every.includes(endpoint)) throw new BadValue(`url: '${endpoint}' is none of the endpoints that are known: ${listed(rows.groups.every, "or")}`);
    const marks = [...new Set(rows.shapes.filter((shape) => shape.endpoint === endpoint).flatMap((shape) => shape.marks))].sort();
    if (marks.length && !marks.some(has)) throw new BadValue(`body: it has no ${listed(marks, "or")}, which ${endpoint} takes`);
    return endpoint;
  }
  const fitting = rows.shapes.filter(({ modalities }) => !modalities.length || modalities.includes(card.modality));
  const found = [...fitting, ...rows.shapes].find(({ marks }) => marks.some(has));
  if (found) return found.endpoint;
  const wanted = listed([...new Set(fitting.map(({ marks }) => marks[0]))], "or");
  throw new BadValue(`the request has no ${wanted}, so it is no call to ${card.slug}, a model of ${card.modality}`);
}

/** Every parameter of a request that is not null, each with its row and a value of its form. */
function askedOf(rows, body, endpoint) {
  const found = (name) => rows.parameters.find((each) => each.name === name && each.endpoints.includes(endpoint));
  const row = (name) => found(name) && { form: "any", words: [], means: {}, ...found(name) };
  const asked = Object.entries(body).filter(([, value]) => value !== null).map(([name, value]) => ({ name, value, row: row(name) }));
  for (const entry of asked) if (entry.row) check(entry, rows);
  return asked;
}

function check({ name, value, row }, { most_of_anything: most, never_empty: needed }) {
  const whole = (least) => Number.isInteger(value) && least <= value && value <= most;
  const forms = {
    count: [() => whole(1), `a whole number from 1 to ${most.toLocaleString("en")}`],
    limit: [() => whole(0), `a whole number from 0 to ${most.toLocaleString("en")}`],
    text: [() => typeof value === "string", "a text"],
    word: [() => typeof value === "string" || Number.isInteger(value), "a word"],
    flag: [() => typeof value === "boolean", "true or false"],
    list: [() => Array.isArray(value), "a list"],
    any: [() => true],
  };
  const [fits, wanted] = forms[row.form];
  if (!fits()) throw new BadValue(`${name}: ${shown(value)} is not ${wanted}`);
  if (row.role === "text" && row.form === "text" && !value && needed.includes(name)) throw new BadValue(`${name}: it is empty`);
}

/** Quantities with those that were stated in place of them; what is read from a cache is not input too. */
function given(quantities, stated, within) {
  const found = new Map(quantities);
  for (const [meter, count] of Object.entries(stated)) {
    const whole = found.get(within[meter]);
    if (whole && !Object.hasOwn(stated, whole.meter)) found.set(whole.meter, less(whole, meter, count));
    found.set(meter, known(meter, count, "given beside the request"));
  }
  return found;
}

function less(whole, meter, count) {
  const said = exact.text(count);
  if (whole.most && exact.compare(count, whole.most) > 0)
    throw new BadValue(`${meter}=${said}: the request has at most ${exact.text(whole.most)} ${whole.meter} to be part of`);
  const rest = (end) => (end && exact.compare(end, count) < 0 ? exact.ZERO : end && exact.subtract(end, count));
  return { ...whole, least: rest(whole.least), expected: rest(whole.expected), most: rest(whole.most), why: [...whole.why, `less ${said} as ${meter}`] };
}

/** What someone expects of the quantities and facts that are open takes its place among them. */
function expecting(quantities, left, { quantities: counts, facts }) {
  const nothing = (word, value) => new BadValue(`--expect ${word}=${value}: the request leaves nothing open there; give it as ${word}=${value}`);
  for (const [meter, count] of Object.entries(counts)) {
    const [entry, said] = [quantities.get(meter), exact.text(count)];
    if (!entry) throw nothing(meter, said);
    if (exact.compare(count, entry.least) < 0 || (entry.most && exact.compare(count, entry.most) > 0)) {
      const upper = entry.most ? `to ${exact.text(entry.most)}` : "on";
      throw new BadValue(`--expect ${meter}=${said}: it can only be from ${exact.text(entry.least)} ${upper}: ${entry.why.at(-1)}`);
    }
    quantities.set(meter, { ...entry, expected: count, why: [...entry.why, `expected as stated: ${said}`] });
  }
  for (const [fact, value] of Object.entries(facts)) {
    const entry = left.get(fact);
    if (!entry) throw nothing(fact, value);
    if (!entry.values.includes(value)) throw new BadValue(`--expect ${fact}=${value}: it can only be ${listed(entry.values, "or")}`);
    left.set(fact, { ...entry, expected: value, why: `${entry.why}; expected as stated` });
  }
}

/** The cheapest and the dearest of all that the request can come to, and what is expected. */
function costsOf(scene, quantities, left, facts, bounded) {
  const priced = (amounts, setting) => cost(scene.card, scene.offer, { quantities: amounts, facts: setting }, scene.words, scene.at);
  const at = (end) => Object.fromEntries(quantities.map((entry) => [entry.meter, entry[end]]));
  const chosen = Object.fromEntries(left.map((entry) => [entry.fact, entry.expected]));
  const sure = quantities.every((entry) => entry.expected) && left.every((entry) => entry.expected);
  const expected = sure ? priced(at("expected"), { ...facts, ...chosen }) : null;
  const settings = left.reduce((known, { fact, values }) => known.flatMap((setting) => values.map((value) => ({ ...setting, [fact]: value }))), [facts]);
  const all = (end) => possible(around(at(end), quantities, thresholds(scene.tariff)), settings, priced);
  const [lows, likely] = [all("least"), expected ? [expected] : []];
  const minimum = extreme([...lows, ...likely], -1);
  if (!bounded || quantities.some((entry) => !entry.most)) return { minimum, expected, maximum: null };
  return { minimum, expected, maximum: extreme([...all("most"), ...lows, ...likely], 1) };
}

function extreme(costs, sign) {
  const total = (found) => exact.decimal(found.total);
  return costs.reduce((best, found) => (Math.sign(exact.compare(total(found), total(best))) === sign ? found : best));
}

function thresholds(tariff) {
  return [...new Set(tariff.rates.map(({ above }) => Number(above ?? 0)).filter(Boolean))].sort((one, other) => one - other);
}

/** The amounts, and those with an input at each threshold it can pass: past one a price can fall as well as rise. */
function around(amounts, quantities, above) {
  const input = quantities.find(({ meter }) => meter === INPUT);
  const passes = (count) => exact.compare(input.least, count) < 0 && (!input.most || exact.compare(count, input.most) < 0);
  const counts = input ? above.flatMap((count) => [exact.decimal(count), exact.decimal(count + 1)]).filter(passes) : [];
  return [amounts, ...counts.map((count) => ({ ...amounts, [INPUT]: count }))];
}

/** The cost of each usage in each setting that has a price; throws `Unpriced` where none has. */
function possible(usages, settings, priced) {
  const found = usages.flatMap((amounts) => settings.flatMap((setting) => {
    try {
      return [priced(amounts, setting)];
    } catch (error) {
      if (settings.length > 1 && error instanceof Unpriced) return []; // not every size comes in every quality
      throw error;
    }
  }));
  return found.length ? found : [priced(usages.at(-1), settings[0])];
}

function treated({ name, row }) {
  if (!row) return [name, ""];
  if (row.role === "fact") return [name, `fact ${listed(row.words, "or")}`];
  return [name, row.role === "no cost" ? "nothing that costs" : row.role];
}

function warningsOf({ minimum, expected, maximum }, parameters, excluded) {
  const said = [minimum, expected, maximum].filter(Boolean).flatMap(({ warnings }) => warnings);
  const unread = Object.entries(parameters).filter(([, became]) => !became).map(([name]) => name);
  return [
    ...new Set(said),
    ...excluded.map((entry) => `not included: ${entry}`),
    ...(unread.length ? [`not understood, and left out of the cost: ${listed(unread, "and")}`] : []),
  ];
}

/** The meters and facts for which nothing is expected yet. */
export function openNames({ quantities, circumstances }) {
  return [...quantities.filter(({ expected }) => !expected).map(({ meter }) => meter), ...circumstances.filter(({ expected }) => !expected).map(({ fact }) => fact)];
}

/** The request that a JSON text holds: a body, or a line of a batch with a body in it. Throws `BadValue` for any other. */
export function parsed(text) {
  let found;
  try {
    found = JSON.parse(text, (name, value, { source = "" } = {}) => (typeof value === "number" && source && !/^-?[0-9]{1,15}$/.test(source) ? new Written(source) : value));
  } catch (error) {
    throw new BadValue(`the request is not JSON: ${error.message}`);
  }
  const object = (value, what) => {
    if (!isObject(value)) throw new BadValue(`${what} is not a JSON object with a model and its parameters`);
    return value;
  };
  const body = object(found, "the request");
  if (typeof body.url !== "string" || (body.body ?? null) === null) return { body, endpoint: "", batch: false };
  const endpoint = body.url.replace(/\/+$/, "").split("/v1/").slice(1).join("/v1/");
  if (!endpoint) throw new BadValue(`url: ${shown(body.url)} is no call such as /v1/chat/completions`);
  return { body: object(body.body, "body"), endpoint, batch: true };
}
