// Decimals as the catalog writes them: texts that are compared and shown without ever becoming floats.

const PLAIN = /^\d{1,40}(\.\d{0,40})?$|^\.\d{1,40}$/;

/** A decimal text as a whole number of tiny units, so many places behind the point. */
function scaled(text, places) {
  const [whole, part = ""] = text.split(".");
  return BigInt((whole || "0") + part.padEnd(places, "0"));
}

function placesOf(text) {
  return (text.split(".")[1] ?? "").length;
}

/** Below 0, 0 or above 0 as the first is less than, equal to or more than the second. */
export function compare(first, second) {
  const places = Math.max(placesOf(first), placesOf(second));
  const [left, right] = [scaled(first, places), scaled(second, places)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** What somebody wrote as a decimal, or null where it is none. */
export function decimal(text) {
  const written = text.trim().replace(/^\$/, "");
  return PLAIN.test(written) ? written : null;
}

/** A price as pages show it: $0, two decimals from $1 on, three from $0.01 on, else four; more where it has more. */
export function price(text, currency = "USD") {
  if (!/[1-9]/.test(text)) return symbol("0", currency);
  const usual = compare(text, "1") >= 0 ? 2 : compare(text, "0.01") >= 0 ? 3 : 4;
  const [whole, part = ""] = text.split(".");
  const shown = part.replace(/0+$/, "").padEnd(usual, "0");
  return symbol(`${whole}.${shown}`, currency);
}

function symbol(text, currency) {
  return currency === "USD" ? `$${text}` : `${text} ${currency}`;
}
