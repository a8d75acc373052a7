/**
 * Exact decimal arithmetic on whole numbers: the same digits as `ratecard.core.decimals`, never a float.
 *
 * A decimal is `{digits, places}`, the number digits / 10**places; `digits` is a BigInt.
 */

/** Decimals to which a quotient that does not end is rounded, half-even. */
const ROUNDED = 18;
/** The longest number a person may write, in characters, and the most decimals a quantity may have. */
export const MAX_DIGITS = 40;
/** What comes to more digits than this is refused, never rounded. */
const MOST = 10n ** 1000n;

const SCALES = { k: 1_000n, m: 1_000_000n, g: 1_000_000_000n, b: 1_000_000_000n };

export const ZERO = { digits: 0n, places: 0 };
export const ONE = { digits: 1n, places: 0 };
export const HUNDRED = { digits: 100n, places: 0 };

/** Raised where a number comes to more digits than there is room for. */
export class Unfit extends Error {}

/** The decimal of a canonical text or a whole number, such as "0.0058" or 1000000. */
export function decimal(text) {
  const [whole, fraction = ""] = String(text).split(".");
  return { digits: BigInt(whole + fraction), places: fraction.length };
}

/** A number as people write it (`1000`, `1_000`, `1,000,000`, `20k`, `1e6`, `0.25`), or null where it is something else. */
export function parse(words) {
  const power = /^(-?[0-9.]+)[eE]\+?([0-9]{1,2})$/.exec(words);
  const scale = power ? 10n ** BigInt(power[2]) : SCALES[words.slice(-1).toLowerCase()];
  const given = power ? power[1] : scale ? words.slice(0, -1) : words;
  const grouped = /^-?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?$/.test(given);
  const plain = grouped ? given.replaceAll(",", "") : given.replace(/(?<=[0-9])_(?=[0-9])/g, "");
  if (plain.length > MAX_DIGITS || !/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/.test(plain)) return null;
  return scale ? multiply(decimal(plain), { digits: scale, places: 0 }) : decimal(plain);
}

/** An amount as people type it, such as $0.50 or .5; null where it is none. */
export function typed(words) {
  return parse(words.trim().replace(/^\$/, "").replace(/^\./, "0.").replace(/\.$/, ""));
}

/** The one way a number is written: no exponent, no trailing zeros, no minus zero. */
export function text({ digits, places }) {
  const plain = String(digits < 0n ? -digits : digits).padStart(places + 1, "0");
  const whole = plain.slice(0, plain.length - places);
  const fraction = plain.slice(plain.length - places).replace(/0+$/, "");
  return (digits < 0n ? "-" : "") + whole + (fraction && `.${fraction}`);
}

/** The exact sum of two numbers. */
export function add(left, right) {
  const places = Math.max(left.places, right.places);
  return fit({ digits: scaled(left, places) + scaled(right, places), places });
}

/** The exact difference of two numbers. */
export function subtract(left, right) {
  return add(left, { digits: -right.digits, places: right.places });
}

/** The exact product of two numbers. */
export function multiply(left, right) {
  return fit({ digits: left.digits * right.digits, places: left.places + right.places });
}

/** The quotient: exact where it ends, else rounded half-even at 18 decimals. */
export function divide(dividend, divisor) {
  let above = dividend.digits * 10n ** BigInt(divisor.places);
  let below = divisor.digits * 10n ** BigInt(dividend.places);
  const common = divisorOf(above, below);
  above /= common;
  below /= common;
  if (below < 0n) [above, below] = [-above, -below];
  const places = placesOf(below);
  return places < 0 ? rounded(above, below) : fit({ digits: (above * 10n ** BigInt(places)) / below, places });
}

/** The exact sum of many amounts. */
export function total(amounts) {
  return amounts.reduce(add, ZERO);
}

/** Below 0, 0 or above 0, as the left number is less than, the same as or more than the right one. */
export function compare(left, right) {
  const places = Math.max(left.places, right.places);
  const difference = scaled(left, places) - scaled(right, places);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Whether a number has nothing behind its point. */
export function isWhole(number) {
  return number.digits % 10n ** BigInt(number.places) === 0n;
}

function scaled(number, places) {
  return number.digits * 10n ** BigInt(places - number.places);
}

/** The number itself, without zeros at its end, unless it is too long. */
function fit(number) {
  let { digits, places } = number;
  while (places > 0 && digits % 10n === 0n) {
    digits /= 10n;
    places -= 1;
  }
  if (digits >= MOST || digits <= -MOST) throw new Unfit();
  return { digits, places };
}

/** How many decimals a fraction in lowest terms has, or -1 where it does not end. */
function placesOf(below) {
  let [twos, fives] = [0, 0];
  for (; below % 2n === 0n; below /= 2n) twos += 1;
  for (; below % 5n === 0n; below /= 5n) fives += 1;
  return below === 1n ? Math.max(twos, fives) : -1;
}

function rounded(above, below) {
  const size = (above < 0n ? -above : above) * 10n ** BigInt(ROUNDED);
  const [down, twice] = [size / below, (size % below) * 2n];
  const up = twice > below || (twice === below && down % 2n === 1n);
  const digits = up ? down + 1n : down;
  return fit({ digits: above < 0n ? -digits : digits, places: ROUNDED });
}

function divisorOf(left, right) {
  let [a, b] = [left < 0n ? -left : left, right < 0n ? -right : right];
  while (b) [a, b] = [b, a % b];
  return a;
}
