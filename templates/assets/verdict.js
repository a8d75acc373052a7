/** The verdict on a request at one model: the findings of `ratecard lint-request`, looked up in what the build found. */

import { listed } from "./cost.js";

export const HEADINGS = {
  rejected: "Rejected, or useless if ignored",
  ignored: "Ignored, or rejected by strict sellers",
  unknown: "Unknown: no source says",
  unrecognized: "Unrecognized parameters",
};

/**
 * The findings of a request, the gravest first. `table` is a model's try.json; a request has a prompt, perhaps n, size
 * and what else is chosen from a list, and the bytes of each of its files.
 */
export function findings(table, { prompt, n, size, files = {}, ...others }) {
  const whole = table.fields[["image", "mask"].filter((name) => name in files).join(" ")];
  const found = [
    ...whole,
    ...step(table.prompt, [...prompt].length),
    ...(n === undefined ? [] : step(table.n, n)),
    ...(size === undefined ? [] : ofSize(table.sizes, size)),
    ...Object.entries(others).flatMap(([name, value]) => table.choices[name].values[value]),
    ...heaviest(table.bytes, files),
  ];
  return Object.keys(HEADINGS).flatMap((verdict) => found.filter((finding) => finding.verdict === verdict));
}

/** What is found from a number on. */
function step(steps, value) {
  return steps.findLast((entry) => entry.from <= value)?.findings ?? [];
}

/** The heaviest file speaks for all, as one limit holds for each. */
function heaviest(steps, files) {
  const [name, bytes] = Object.entries(files).reduce((most, file) => (file[1] > most[1] ? file : most), ["", 0]);
  return step(steps, bytes).map((finding) => ({ ...finding, path: `${name}[0].bytes` }));
}

function ofSize({ unknown, made, bounds, why }, size) {
  if (unknown) return unknown;
  const wrong = made.length ? (made.includes(size) ? "" : `${listed(made, "and")} only`) : listed(beyond(bounds, size), "and");
  return wrong ? [{ verdict: "rejected", path: "size", sentence: `supported sizes: ${wrong}`, why }] : [];
}

/** The bounds that a size does not keep, as they are spoken of. */
function beyond(bounds, size) {
  const sides = size.split("x").map(BigInt);
  const [short, long] = sides[0] < sides[1] ? sides : [sides[1], sides[0]];
  const area = short * long;
  const rules = {
    max_side: [(most) => long <= BigInt(most), "sides up to "],
    min_side: [(least) => short >= BigInt(least), "sides from "],
    max_pixels: [(most) => area <= BigInt(most), "up to ", " pixels"],
    min_pixels: [(least) => area >= BigInt(least), "from ", " pixels"],
    multiple_of: [(of) => sides.every((side) => side % BigInt(of) === 0n), "multiples of "],
    max_aspect: [(most) => within(long, short, most), "aspect ratios up to "],
  };
  return Object.entries(rules)
    .filter(([name, [fits]]) => name in bounds && !fits(bounds[name]))
    .map(([name, [, before, after = ""]]) => `${before}${bounds[name]}${after}`);
}

/** Whether long : short is at most a decimal, told without rounding. */
function within(long, short, decimal) {
  const [whole, part = ""] = decimal.split(".");
  return long * 10n ** BigInt(part.length) <= BigInt(whole + part) * short;
}
