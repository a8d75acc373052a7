/** Money as readers see it; what it is worked out by is in exact.js. */

import { ONE, compare, decimal } from "./exact.js";

const SYMBOLS = { USD: "$", EUR: "€", GBP: "£" };
const CENT = decimal("0.01");

/** An exact amount with at least two decimals, never rounded: $8.00, $0.0006336. */
export function money(amount, currency) {
  const [whole, places = ""] = amount.replace("-", "").split(".");
  const shown = `${whole}.${places.padEnd(2, "0")}`;
  const sign = amount.startsWith("-") ? "−" : "";
  return SYMBOLS[currency] ? `${sign}${SYMBOLS[currency]}${shown}` : `${sign}${shown} ${currency}`;
}

/** A price as pages show it: $0, two decimals from $1 on, three from $0.01 on, else four; more where it has more. */
export function price(text, currency = "USD") {
  if (!/[1-9]/.test(text)) return symbol("0", currency);
  const amount = decimal(text);
  const usual = compare(amount, ONE) >= 0 ? 2 : compare(amount, CENT) >= 0 ? 3 : 4;
  const [whole, part = ""] = text.split(".");
  return symbol(`${whole}.${part.replace(/0+$/, "").padEnd(usual, "0")}`, currency);
}

function symbol(text, currency) {
  return currency === "USD" ? `$${text}` : `${text} ${currency}`;
}
