/** The cost of a request as it is built, at any seller of the model: the forecast of `ratecard cost --request`. */

import { BadValue, Unpriced, usage } from "./cost.js";
import { element } from "./elements.js";
import { forecast } from "./forecast.js";
import { asked, expectations, foretold } from "./foretold.js";

const ROOT = new URL("../", import.meta.url);

/** What a file of the site holds. */
export async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

/** The words and rows that costs are worked out by, and those two alone. */
export async function laws() {
  const [words, rows] = await Promise.all([read(new URL("words.json", ROOT)), read(new URL("requests.json", ROOT))]);
  return { words, rows };
}

/** What shows the cost of requests to a model, at first at one of its offers. */
export class Live {
  constructor({ words, rows }, card, own = 0) {
    Object.assign(this, { words, rows, card, expected: {}, open: "" });
    this.select = element("select", { oninput: () => this.show(this.request) }, this.card.offers.map((offer, place) =>
      element("option", { value: place, selected: place === own }, nameOf(offer, this.card))));
    this.said = element("output", { class: "spoken" });
    this.sheet = element("div", {});
    this.fields = element("div", { class: "fields expected" });
    this.elsewhere = element("div", {});
    const sold = element("label", { class: "sold" }, "Sold by", this.select);
    this.box = element("div", { class: "cost", "data-slug": card.slug }, this.card.offers.length > 1 ? sold : null, this.said, this.sheet, this.fields, this.elsewhere);
  }

  /** Nothing to price: the request is none yet. */
  none(why) {
    this.tell([element("p", { class: "unknown" }, why)], "no price");
  }

  /** The cost of `{body, endpoint, batch}`, or why there is none. */
  show(request) {
    this.request = request;
    const offer = this.card.offers[Number(this.select.value)];
    try {
      this.tellForecast(offer, this.forecast(request, offer));
    } catch (error) {
      const why = error instanceof Unpriced ? error.missing : error instanceof BadValue ? [error.message] : null;
      if (!why) throw error;
      this.tell([element("p", { class: "price" }, element("b", { class: "unknown" }, "unknown")), ...why.map((each) => element("p", { class: "warning" }, `${each}.`))], "no price");
    }
  }

  forecast(request, offer) {
    const place = { card: this.card, offer, words: this.words, rows: this.rows, at: new Date(Math.floor(Date.now() / 1000) * 1000) };
    const found = forecast(place, request);
    const asks = new Set([...found.quantities.map(({ meter }) => meter), ...found.circumstances.map(({ fact }) => fact)]);
    const expected = Object.entries(this.expected).filter(([name]) => asks.has(name));
    return expected.length ? forecast(place, request, undefined, usage(this.words, Object.fromEntries(expected))) : found;
  }

  tellForecast(offer, found) {
    const title = `At ${nameOf(offer, this.card)}, ${found.minimum.at.slice(0, 16).replace("T", " ")} UTC`;
    const [least, most] = [found.minimum, found.maximum];
    const counted = found.quantities.some(({ why }) => why.some((each) => each.includes("tokenizer")));
    const note = counted ? [element("p", { class: "quiet" }, "Bounds of tokens hold for any tokenizer; a shell counts them where the model's own is installed.")] : [];
    this.tell([...foretold(found, this.words, title), ...note], `at least ${least.total} ${least.currency}, ${most ? `at most ${most.total} ${most.currency}` : "no bound"}`);
    this.elsewhere.replaceChildren(...(offer.as.length ? [asked(this.request, offer, this.expected)] : []));
    const open = expectations(found, this.words, this.expected, (name, value) => this.expect(name, value));
    const names = open.map((label) => label.textContent).join();
    if (names !== this.open) this.fields.replaceChildren(...open);
    this.open = names;
  }

  /** What is expected of something the request leaves open; nothing from an empty field. */
  expect(name, value) {
    if (value) this.expected[name] = value;
    else delete this.expected[name];
    this.show(this.request);
  }

  tell(parts, said) {
    this.sheet.replaceChildren(...parts);
    this.elsewhere.replaceChildren();
    if (this.said.textContent !== said) this.said.textContent = said;
  }
}

/** An offer by its seller, and by its id where the seller has several. */
function nameOf(offer, { offers }) {
  return offers.filter(({ seller }) => seller === offer.seller).length > 1 ? `${offer.name} · ${offer.model_id}` : offer.name;
}
