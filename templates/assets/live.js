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

/** Fetches what costs are worked out from, for the model whose page this is; returns what shows the cost of its requests. */
export async function costing() {
  const [card, words, rows] = await Promise.all([read("prices.json"), read(new URL("words.json", ROOT)), read(new URL("requests.json", ROOT))]);
  return (table) => new Live({ card, words, rows }, table);
}

class Live {
  constructor(market, table) {
    Object.assign(this, market, { table, expected: {}, open: "" });
    const own = this.card.offers.findIndex(({ seller, model_id: id }) => seller === table.seller && id === table.model);
    this.select = element("select", { oninput: () => this.show(this.request) }, this.card.offers.map((offer, place) =>
      element("option", { value: place, selected: place === own }, nameOf(offer, this.card))));
    this.said = element("output", { class: "spoken" });
    this.sheet = element("div", {});
    this.fields = element("div", { class: "fields expected" });
    this.elsewhere = element("div", {});
    const sold = element("label", { class: "sold" }, "Sold by", this.select);
    this.box = element("div", { class: "cost" }, this.card.offers.length > 1 ? sold : null, this.said, this.sheet, this.fields, this.elsewhere);
  }

  /** Nothing to price: the request is none yet. */
  none() {
    this.tell([element("p", {}, "unknown until the fields above hold")], "no price");
  }

  show(request) {
    this.request = request;
    const { files, ...fields } = request;
    const body = { model: this.table.model, ...fields, ...Object.fromEntries(Object.entries(files).map(([name, file]) => [name, file.name])) };
    const offer = this.card.offers[Number(this.select.value)];
    try {
      this.tellForecast(body, offer, this.forecast(body, offer));
    } catch (error) {
      const why = error instanceof Unpriced ? error.missing : error instanceof BadValue ? [error.message] : null;
      if (!why) throw error;
      this.tell([element("p", { class: "price" }, element("b", { class: "unknown" }, "unknown")), ...why.map((each) => element("p", { class: "warning" }, `${each}.`))], "no price");
    }
  }

  forecast(body, offer) {
    const place = { card: this.card, offer, words: this.words, rows: this.rows, at: new Date(Math.floor(Date.now() / 1000) * 1000) };
    const request = { body, endpoint: this.table.endpoint };
    const found = forecast(place, request);
    const asks = new Set([...found.quantities.map(({ meter }) => meter), ...found.circumstances.map(({ fact }) => fact)]);
    const expected = Object.entries(this.expected).filter(([name]) => asks.has(name));
    return expected.length ? forecast(place, request, undefined, usage(this.words, Object.fromEntries(expected))) : found;
  }

  tellForecast(body, offer, found) {
    const title = `At ${nameOf(offer, this.card)}, ${found.minimum.at.slice(0, 16).replace("T", " ")} UTC`;
    const [least, most] = [found.minimum, found.maximum];
    const counted = found.quantities.some(({ why }) => why.some((each) => each.includes("tokenizer")));
    const note = counted ? [element("p", { class: "quiet" }, "Bounds of tokens hold for any tokenizer; a shell counts them where the model's own is installed.")] : [];
    this.tell([...foretold(found, this.words, title), ...note], `at least ${least.total} ${least.currency}, ${most ? `at most ${most.total} ${most.currency}` : "no bound"}`);
    this.elsewhere.replaceChildren(...(offer.as.length ? [asked(body, offer, this.expected)] : []));
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
