/** What a request will be charged for at an offer, each meter with bounds and reasons: the law of `ratecard.requests.quantities`. */

import { thousands } from "./cost.js";
import * as exact from "./exact.js";
import { tokensOf } from "./tokens.js";

const MEDIA = ["images in", "audio in", "video in"];

/**
 * The quantities of a request by meter, what it may cost beyond them, and what is to be said. `at` is the scene: the
 * card, offer and price list, the words and rows, the endpoint, its parameters and pieces, and the meters spoken of.
 */
export function foreseen(at) {
  const scene = new Scene(at);
  const parts = [...scene.textIn(), ...scene.mediaIn(), ...scene.tools(), ...scene.textOut(), ...scene.mediaOut()];
  if (scene.measured.has("requests")) parts.push(known("requests", 1, "one request"));
  return { quantities: scene.capped(joined(parts)), excluded: scene.excluded(), notes: scene.notes() };
}

/** A quantity that is what it is. */
export function known(meter, count, why) {
  const number = typeof count === "number" ? exact.decimal(count) : count;
  return { meter, least: number, expected: number, most: number, why: [why] };
}

/** A quantity from nothing up to a bound, if there is one; a bound of nothing leaves nothing to expect. */
function unknown(meter, most, why) {
  if (most === 0) return known(meter, 0, why);
  return { meter, least: exact.ZERO, expected: null, most: most === null ? null : exact.decimal(most), why: [why] };
}

/** Quantities by meter, those of the same meter added up; what is open in one is open in the sum. */
function joined(parts) {
  const found = new Map();
  const both = (left, right) => (left && right ? exact.add(left, right) : null);
  for (const part of parts) {
    const whole = found.get(part.meter);
    found.set(part.meter, !whole ? part : {
      meter: part.meter,
      least: exact.add(whole.least, part.least),
      expected: both(whole.expected, part.expected),
      most: both(whole.most, part.most),
      why: [...new Set([...whole.why, ...part.why])],
    });
  }
  return found;
}

class Scene {
  constructor(at) {
    Object.assign(this, at);
    this.measured = new Set(at.tariff.rates.flatMap(({ meter }) => [meter, at.words.meters[meter].reading?.of ?? meter]));
    this.limit = (name) => at.offer.limits?.[name] ?? at.card.limits?.[name] ?? null;
    this.is = (group) => at.rows.groups[group].includes(at.endpoint);
    this.values = (role) => at.asked.filter(({ row }) => row?.role === role);
    this.pieces = (...kinds) => at.pieces.filter(({ kind }) => kinds.includes(kind));
  }

  /** By which meters a side of the call may be charged. */
  meters(side) {
    return this.rows.sides.find((row) => row.side === side && row.endpoints.includes(this.endpoint))?.meters ?? [];
  }

  /** The meter a side of the call is charged by here: one that is spoken of, else the first that has a rate. */
  meter(side) {
    const [offered, texts] = [this.meters(side), this.meters("text")];
    const spoken = offered.filter((meter) => this.spoken.has(meter) && (side === "text" || !texts.includes(meter)));
    return spoken[0] ?? offered.find((meter) => this.measured.has(meter)) ?? "";
  }

  hearsBySeconds() {
    return this.is("listening") && !this.meter("audio in").endsWith("tokens");
  }

  *textIn() {
    if (this.hearsBySeconds()) return;
    const worded = this.is("writing") || this.is("embedding") || this.is("speaking");
    const meter = this.meter("text") || (worded ? this.meters("text")[0] : "");
    const texts = this.pieces("text").map(({ text }) => text);
    if (meter === "input_characters") yield known(meter, texts.reduce((sum, text) => sum + [...text].length, 0), "the characters of its text");
    else if (meter) yield* this.tokensIn(meter, texts);
  }

  *tokensIn(meter, texts) {
    const counted = ({ least, expected, most, why }) => ({ meter, least: exact.decimal(least), expected: exact.decimal(expected), most: exact.decimal(most), why: [why] });
    if (texts.length) yield counted(tokensOf(texts, this.rows.bytes_per_token));
    const given = this.pieces("token ids").reduce((sum, { times }) => sum + times, 0);
    if (given) yield known(meter, given, "token ids as given");
    if (this.is("framed")) yield counted(this.framed());
    const told = this.pieces("definitions").map(({ text }) => text);
    const why = "tools and schemas, rewritten by the seller: at least their words, at most the bytes of their JSON";
    if (told.length) yield counted({ ...tokensOf(told, this.rows.bytes_per_token), why });
  }

  /** The tokens that a chat puts around its messages. */
  framed() {
    const framing = this.rows.framing[this.card.encoding ? "known" : "other"];
    const [items, names] = [this.pieces("item").length, this.pieces("name").length];
    const [least, expected, most] = [0, 1, 2].map((end) => items * framing.message[end] + names * framing.name[end] + framing.reply[end]);
    return { least, expected, most, why: `${framing.why} assumed` };
  }

  *mediaIn() {
    const context = this.limit("context_tokens");
    for (const side of MEDIA) {
      const [found, meter] = [this.pieces(side), this.meter(side)];
      if (!found.length || !meter) continue;
      const most = meter.endsWith("tokens") ? context : null;
      if (meter === "input_images") yield known(meter, found.length, "the images that go in");
      else yield unknown(meter, most, `how much ${places(found)} comes to is not in the request${by(most)}`);
    }
    const masks = this.pieces("mask in").length;
    if (masks && this.meter("images in") === "input_images")
      yield { meter: "input_images", least: exact.ZERO, expected: exact.ZERO, most: exact.decimal(masks), why: ["a mask may count as an image that goes in"] };
    const unseen = [...this.pieces("unseen"), ...this.pieces("tool run")];
    if (unseen.length && this.is("writing"))
      yield unknown(this.meters("text")[0], context, `what ${places(unseen)} brings in is not in the request${by(context)}`);
  }

  /** Input of which a part is not seen is bounded by the context as a whole, not on top of what is seen. */
  capped(found) {
    const context = this.limit("context_tokens");
    if (context === null) return found;
    const whole = exact.decimal(context);
    const over = ({ meter, expected, most }) => this.words.meters[meter].prompt && !expected && most && exact.compare(most, whole) > 0;
    const larger = (left, right) => (exact.compare(left, right) < 0 ? right : left);
    return new Map([...found].map(([meter, entry]) => [meter, over(entry) ? { ...entry, most: larger(whole, entry.least) } : entry]));
  }

  /** The tools that a seller runs itself, as often as the model likes. */
  *tools() {
    const limits = this.values("tool limit").map(({ value }) => value);
    const most = limits.length ? Math.min(...limits) : null;
    const bound = most === null ? "as often as the model likes" : `at most max_tool_calls ${thousands(String(most))} times`;
    for (const { text, where } of this.pieces("tool run"))
      if (this.measured.has(text)) yield unknown(text, most, `${where} is used ${bound}`);
  }

  /** How many answers, images or videos come out: one where nobody says. */
  copies() {
    return Math.max(...this.values("copies").map(({ value }) => value), 0) || 1;
  }

  *textOut() {
    if (!this.meters("text out").length || this.hearsBySeconds()) return;
    const [most, why] = this.mostOut();
    yield unknown("output_tokens", most, why);
    const drawn = this.card.modality === "image" ? this.meter("images out") : "";
    if (drawn) yield unknown(drawn, drawn.endsWith("tokens") ? most : null, `the answer may hold images: ${why}`);
    if (this.values("outputs").some(({ value }) => Array.isArray(value) && value.includes("audio")))
      yield unknown(this.meter("audio out") || "output_audio_tokens", most, `the answer is spoken too: ${why}`);
  }

  mostOut() {
    const copies = this.copies();
    const times = copies > 1 ? ` for each of ${thousands(String(copies))} answers` : "";
    const [stated] = this.values("output limit").sort((one, other) => (one.name < other.name ? -1 : 1));
    if (stated) return [stated.value * copies, `${stated.name} ${thousands(String(stated.value))}${times}`];
    for (const [name, label] of [["max_output_tokens", "limit"], ["context_tokens", "context"]]) {
      const limit = this.limit(name);
      if (limit !== null) return [limit * copies, `no limit in the request: the model's ${label} of ${thousands(String(limit))} tokens${times}`];
    }
    return [null, "no limit in the request, and none of the model is known"];
  }

  /** The images, videos and recordings that come out. */
  *mediaOut() {
    const copies = this.copies();
    for (const [side, group] of [["images out", "drawing"], ["videos out", "filming"], ["audio out", "speaking"]]) {
      if (!this.is(group)) continue;
      const meter = this.meter(side) || (side === "audio out" ? "" : this.meters(side)[0]);
      const stated = this.values("copies").map(({ name }) => name).join(", ");
      if (meter === "images" || meter === "videos") yield known(meter, copies, stated ? `given as ${stated}` : "one, since the request asks for no number");
      else if (meter) yield unknown(meter, null, `how much comes out in ${meter} is not in the request`);
    }
  }

  /** What may be charged beyond the meters, each with its place in the request. */
  excluded() {
    const nothing = (value) => !value || isEmptyList(value);
    const extra = this.values("extra").filter(({ value }) => !nothing(value));
    const tools = this.pieces("tool run").filter(({ text }) => !this.measured.has(text));
    return [
      ...extra.map(({ name }) => `${name}: what it costs cannot be told from the request`),
      ...tools.map(({ where }) => `${where}: what the tool costs is not in this price list`),
    ];
  }

  /** What goes in and has no rate here: a price list that is whole does not charge for it. */
  notes() {
    const found = MEDIA.filter((side) => this.pieces(side).length && !this.meter(side)).map((side) => `${places(this.pieces(side))}: this price list has no rate for it`);
    if (!this.is("writing")) return found;
    const silent = (meter) => this.measured.has(meter) && !this.spoken.has(meter);
    if (silent("cache_read_tokens")) found.push("none of the input is taken to be read from a cache; give cache_read_tokens=… if some is");
    if (silent("reasoning_tokens")) found.push("reasoning is taken to be charged as output; give reasoning_tokens=… for what is not");
    const limit = this.limit("max_output_tokens");
    const above = this.values("output limit").filter(({ value }) => limit !== null && value > limit);
    const told = ({ name, value }) => `${name} ${thousands(String(value))} is more than the model's limit of ${thousands(String(limit))} tokens`;
    return [...found, ...above.map(told)];
  }
}

function isEmptyList(value) {
  return Array.isArray(value) && !value.length;
}

function by(most) {
  return most === null ? "" : `: at most the model's context of ${thousands(String(most))} tokens`;
}

function places(found) {
  return [...new Set(found.map(({ where }) => where))].join(" and ");
}
