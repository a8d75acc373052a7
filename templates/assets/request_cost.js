/** The cost of what the fields of a request say, at any seller of the model: a usage, priced as in the calculator. */

import { answer, bill, elsewhere, labelOf, meant, unknown } from "./bill.js";
import { element } from "./elements.js";
import * as exact from "./exact.js";
import { money } from "./money.js";
import { itemsOf } from "./fields.js";
import { snippet } from "./snippet.js";

/** The words of a usage for what was asked: images in and out, and each fact that a field gives. */
export function usageOf(table, { n, size, files = {}, ...chosen }) {
  const facts = Object.entries(chosen)
    .map(([name, value]) => [table.choices[name], value])
    .filter(([choice, value]) => choice?.fact && !choice.open.includes(value))
    .map(([{ fact }, value]) => [fact, value]);
  return { images: String(n ?? 1), ...("image" in files ? { input_images: "1" } : {}), ...(size ? { size } : {}), ...Object.fromEntries(facts) };
}

/** Shows costs at the offers of a card, at first at one of them. */
export class RequestCost {
  constructor(words, card, own) {
    Object.assign(this, { words, card });
    this.select = element("select", { oninput: () => this.show(this.given) }, card.offers.map((offer, place) =>
      element("option", { value: place, selected: place === own }, labelOf(offer, card))));
    this.spoken = element("output", { class: "spoken" });
    this.sheet = element("div", {});
    this.box = element("div", { class: "cost" },
      card.offers.length > 1 ? element("label", { class: "sold" }, "Sold by", this.select) : null, this.spoken, this.sheet,
      element("p", { class: "quiet" }, "This counts what the fields say. ", element("code", {}, `ratecard cost ${card.slug} --request FILE`), " prices a whole request, its texts included."));
  }

  /** No cost, since the request is not complete. */
  none(why) {
    this.tell([element("p", { class: "unknown" }, why)], "no price");
  }

  /** The cost of a usage in words. */
  show(given) {
    this.given = given;
    const offer = meant(this.card, this.card.offers[Number(this.select.value)], given);
    const at = new Date(Math.floor(Date.now() / 1000) * 1000);
    const counted = this.counted(offer, given, at);
    const { cost, missing, wrong } = answer(this.card, offer, counted, this.words, at);
    if (!cost) return this.tell(unknown(missing ?? [wrong]), "no price");
    const title = `At ${labelOf(offer, this.card)}, ${cost.at.slice(0, 16).replace("T", " ")} UTC`;
    this.tell([...bill(cost, this.words, title), ...this.left(offer, counted, at), ...this.calls(offer, counted)], money(cost.total, cost.currency));
  }

  /** The usage as this offer counts it: what has no rate here goes in without charge, and a call may be charged too. */
  counted(offer, given, at) {
    const items = itemsOf(offer, this.words, at);
    const { input_images: inside, ...rest } = given;
    return { ...rest, ...(inside && items.includes("input_images") ? { input_images: inside } : {}), ...(items.includes("requests") ? { requests: "1" } : {}) };
  }

  /** What the price list charges for and the fields do not say. */
  left(offer, given, at) {
    const names = itemsOf(offer, this.words, at).filter((item) => !(item in given)).map((item) => this.words.meters[item].units);
    return names.length ? [element("p", { class: "warning" }, `Not included: ${names.join(", ")}.`)] : [];
  }

  calls(offer, given) {
    if (!offer.as.length) return [];
    const texts = elsewhere(this.card, offer, given, "").map(([name, text]) => snippet(name, text, `The cost in ${name}`));
    return [element("details", { class: "calls", open: this.open, ontoggle: (event) => (this.open = event.target.open) },
      element("summary", {}, "The same in a shell and in Python"), texts)];
  }

  tell(parts, said) {
    this.sheet.replaceChildren(...parts);
    if (this.spoken.textContent !== said) this.spoken.textContent = said;
  }
}
