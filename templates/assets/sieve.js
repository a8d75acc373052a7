// What a list is asked for, as an address writes it, and what each model answers: yes, no or unknown.

import { compare, decimal, typed } from "./exact.js";

export const [NO, YES, UNKNOWN] = [0, 1, 2];
const SEARCHED = ["q", "sort"];
const CHOSEN = ["modality", "mask", "meter", "most", "context", "licence", "life", "seller", "sure", "status"];
const LETTERS = { y: YES, n: NO, u: UNKNOWN };

/** What the address of a page asks for. */
export function fromAddress(search) {
  const given = new URLSearchParams(search);
  const asked = { need: words(given.get("need")), not: words(given.get("not")), pick: words(given.get("pick")), maybe: given.has("maybe") };
  for (const name of [...SEARCHED, ...CHOSEN]) asked[name] = given.get(name) ?? "";
  return asked;
}

/** The same as part of an address; nothing where nothing is asked for. */
export function toAddress(asked) {
  const given = new URLSearchParams();
  for (const name of [...SEARCHED, ...CHOSEN]) if (asked[name]) given.set(name, asked[name]);
  if (asked.need.length) given.set("need", asked.need.join(","));
  if (asked.not.length) given.set("not", asked.not.join(","));
  if (asked.maybe) given.set("maybe", "1");
  if (asked.pick.length) given.set("pick", asked.pick.join(","));
  const text = given.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  return text ? `?${text}` : "";
}

/** The number of filters set, apart from the order and the words to search for. */
export function settings(asked) {
  return asked.need.length + asked.not.length + CHOSEN.filter((name) => asked[name]).length;
}

/** Whether there is any such thing. */
export function isSieved(asked) {
  return settings(asked) > 0;
}

/** The answer of each row to all that is asked: NO where one part is no, else UNKNOWN where one is unknown. */
export function verdicts(index, filters, asked) {
  const found = new Uint8Array(index.count).fill(YES);
  for (const { at, answers } of parts(index, filters, asked)) {
    for (let row = 0; row < found.length; row += 1) {
      const answer = answers[at[row]];
      if (answer === NO) found[row] = NO;
      else if (answer === UNKNOWN && found[row] === YES) found[row] = UNKNOWN;
    }
  }
  return found;
}

// A question is put to each distinct value of a column once, not to each model.
function* parts(index, filters, asked) {
  const ask = ({ values, at }, answer) => ({ at, answers: Uint8Array.from(values, answer) });
  const { columns } = index;
  if (asked.modality) yield ask(columns.modality, (value) => Number(value === asked.modality));
  if (asked.status) yield ask(columns.status, (value) => Number(value === asked.status));
  if (asked.life) yield ask(columns.life, (value) => lives(value, asked.life));
  const context = typed(asked.context);
  if (context) yield ask(columns.context, (value) => (value ? Number(compare(decimal(value), context) >= 0) : UNKNOWN));
  yield* priced(index, asked);
  if (!filters) return;
  for (const word of asked.need) yield* three(filters, word, (answer) => answer);
  for (const word of asked.not) yield* three(filters, word, (answer) => (answer === UNKNOWN ? UNKNOWN : YES - answer));
  if (asked.mask) yield ask(filters.columns.mask, (value) => masked(value, asked.mask));
  if (asked.licence) yield ask(filters.columns.licence, (value) => licensed(value, asked.licence));
  if (asked.sure) yield ask(filters.columns.confidence, (value) => (value ? Number(value.split(" ")[0] === asked.sure) : UNKNOWN));
  if (asked.seller) yield sold(index, filters, asked.seller);
}

function* three(filters, word, turn) {
  const [group, id] = /^(takes|gives)-/.test(word) ? word.split(/-(.*)/) : ["can", word];
  const { words, values, at } = filters.answers[group];
  const place = words.findIndex(([known]) => known === id);
  if (place >= 0) yield { at, answers: Uint8Array.from(values, (value) => turn(LETTERS[value[place]])) };
}

function* priced(index, asked) {
  const meter = index.prices.find((entry) => entry.id === asked.meter);
  if (!meter) return;
  const most = typed(asked.most);
  const answer = (amount) => (amount ? Number(most === null || compare(decimal(amount.value), most) <= 0) : UNKNOWN);
  yield { at: meter.at, answers: Uint8Array.from(meter.amounts, answer) };
}

function lives(value, wanted) {
  return Number(wanted === "current" ? value !== "retired" : value === wanted);
}

function masked(value, wanted) {
  if (wanted === "honoured") return value === "unknown" ? UNKNOWN : Number(value === "required" || value === "optional");
  return value === "unknown" && wanted !== "unknown" ? UNKNOWN : Number(value === wanted);
}

function licensed(value, wanted) {
  const [weights, commercial] = value.split(" ");
  if (wanted !== "commercial") return weights === "unknown" ? UNKNOWN : Number(weights === wanted);
  if (weights === "closed" || commercial === "no") return NO;
  return commercial === "unknown" || weights === "unknown" ? UNKNOWN : YES;
}

function sold(index, filters, seller) {
  const { values, at } = filters.columns.others;
  const others = values.map((value) => value.split(" ").includes(seller));
  const rows = Uint16Array.from({ length: index.count }, (_, row) => row);
  return { at: rows, answers: Uint8Array.from(rows, (row) => Number(others[at[row]] || index.sellerAt(row) === seller)) };
}

/** Rows in the order asked for: what is unknown comes last whichever way it goes. */
export function ordered(index, rows, asked) {
  const key = keyOf(index, asked);
  if (!key) return rows;
  const turn = asked.sort.startsWith("-") ? -1 : 1;
  return rows.slice().sort((left, right) => {
    const [first, second] = [key[left], key[right]];
    if (first === second) return left - right;
    return first < 0 ? 1 : second < 0 ? -1 : (first - second) * turn;
  });
}

/** A whole number for each row to sort by, below 0 where it is unknown; null where no such order is known. */
function keyOf(index, asked) {
  const name = asked.sort.replace(/^-/, "");
  const { columns } = index;
  switch (name) {
    case "name":
      return places(index.names.map((each) => each.toLowerCase()));
    case "provider":
      return places(Array.from({ length: index.count }, (_, row) => index.provider(row).toLowerCase()));
    case "context":
      return Array.from(columns.context.at, (place) => Number(columns.context.values[place] || -1));
    case "sellers":
      return Array.from(columns.sold_by.at, (place) => Number(columns.sold_by.values[place]));
    case "price":
      return prices(index.prices.find((entry) => entry.id === asked.meter));
    default:
      return null;
  }
}

function places(texts) {
  const sorted = [...new Set(texts)].sort();
  const rank = new Map(sorted.map((text, place) => [text, place]));
  return texts.map((text) => rank.get(text));
}

function prices(meter) {
  if (!meter) return null;
  const known = [...new Set(meter.amounts.filter(Boolean).map((amount) => amount.value))].sort((one, other) => compare(decimal(one), decimal(other)));
  const rank = new Map(known.map((value, place) => [value, place]));
  const ranks = meter.amounts.map((amount) => (amount ? rank.get(amount.value) : -1));
  return Array.from(meter.at, (place) => ranks[place]);
}

function words(text) {
  return text ? text.split(",").filter(Boolean) : [];
}
