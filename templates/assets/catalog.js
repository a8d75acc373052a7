// The index of the catalog as it is published, unpacked: columns whose rows are places in a list of distinct values.

/** The start of the site, wherever it is published. */
export const ROOT = new URL("../", import.meta.url);

const SHARED = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const OWN = "=";

let models;
let filters;

/** What the list shows of every model. */
export function load() {
  models ??= read("index.json").then(unpack);
  return models;
}

/** What only filters ask for, row by row as `load` has it. */
export function loadFilters() {
  filters ??= read("index-filters.json").then(unpackFilters);
  return filters;
}

/** What a JSON file of the site holds. */
export async function read(name, base = ROOT) {
  const answer = await fetch(new URL(name, base));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.json();
}

export function unpack(packed) {
  const [slugs, names] = unpackNames(packed.models, packed.spellings);
  const columns = unpackColumns(packed.columns);
  const named = (names, id) => names[id] ?? id;
  const sellerAt = (row) => {
    const id = columns.seller.values[columns.seller.at[row]];
    return id === OWN ? slugs[row].split("/", 1)[0] : id;
  };
  return {
    day: packed.day,
    count: packed.count,
    slugs,
    names,
    columns,
    prices: packed.prices.map((entry) => ({ ...entry, ...column(entry), amounts: entry.values.map(amount) })),
    provider: (row) => named(packed.providers, columns.provider.values[columns.provider.at[row]]),
    sellerAt,
    seller: (id) => named(packed.sellers, id),
  };
}

function unpackFilters(packed) {
  const answers = Object.entries(packed.answers).map(([name, entry]) => [name, { words: entry.words, ...column(entry) }]);
  return { columns: unpackColumns(packed.columns), answers: Object.fromEntries(answers) };
}

function unpackColumns(packed) {
  return Object.fromEntries(Object.entries(packed).map(([name, entry]) => [name, column(entry)]));
}

function column({ values, rows }) {
  const at = new Uint16Array(rows.length);
  for (let row = 0; row < at.length; row += 1) at[row] = place(rows.charCodeAt(row));
  return { values, at };
}

/** The value that a character means: the printable ones but " and \, then those from U+00A1 on. */
function place(code) {
  return code < 0x5c ? code - 0x23 : code < 0x7f ? code - 0x24 : code - 0xa1 + 91;
}

/** A price: the amount, whether it is the lowest of several, and why it is zero; null where none is known. */
function amount(text) {
  if (!text) return null;
  const [value, ...remarks] = text.split("|");
  return { value, from: remarks.includes("from"), zero: remarks.find((remark) => remark !== "from") ?? "" };
}

function unpackNames(text, spellings) {
  const slugs = [];
  const names = [];
  let before = "";
  for (const line of text ? text.split("\n") : []) {
    const [slug, mark = ""] = line.split("\t");
    before = before.slice(0, SHARED.indexOf(slug[0])) + slug.slice(1);
    slugs.push(before);
    names.push(name(before.slice(before.lastIndexOf("/") + 1), mark, spellings));
  }
  return [slugs, names];
}

function name(tail, mark, spellings) {
  if (mark === "") return tail;
  if (mark.startsWith("'")) return mark.slice(1);
  if (!"=-._(".includes(mark)) return mark;
  const words = tail.toLowerCase().split(/[-_ ]+/).map((word) => spelt(word, spellings));
  if (mark === "-") return words.join("-");
  const spaced = words.join(" ");
  if (mark === "=") return spaced;
  if (mark === "(") return spaced.replace(/ (\w+)$/, (_, last) => ` (${last.toLowerCase()})`);
  const pointed = spaced.replace(/(?<=\d) (?=\d)/g, ".");
  return mark === "." ? pointed : pointed.replace(" ", "-");
}

function spelt(word, spellings) {
  return Object.hasOwn(spellings, word) ? spellings[word] : word.charAt(0).toUpperCase() + word.slice(1);
}
