/** The cost of a request as it is written: a body in JSON, at any model and seller, to any endpoint. */

import { namesIn, partsOf } from "./address.js";
import { ROOT } from "./catalog.js";
import { BadValue } from "./cost.js";
import { element } from "./elements.js";
import { parsed } from "./forecast.js";
import { Live, laws, read } from "./live.js";
import { enhance as suggest } from "./suggest.js";

/** Makes the section a place to write a request in: to its own model, or to that of the address until another is named. */
export async function enhance(section) {
  const law = await laws();
  section.querySelector("p").replaceWith(new Desk(law, section.dataset.model).box);
  section.dataset.ready = "";
}

class Desk {
  constructor(law, own) {
    this.law = law;
    const [named] = own ? [own] : namesIn(location.search);
    this.model = element("input", { type: "search", id: "request-model", name: "model", autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: 200, onchange: () => this.turn() });
    this.text = element("textarea", { name: "request", rows: 8, spellcheck: "false", oninput: () => this.price() });
    this.samples = element("select", { oninput: () => this.write(Number(this.samples.value)) }, law.rows.samples.map(({ label }, place) => element("option", { value: place }, label)));
    this.cost = element("div", {});
    const model = element("div", { class: "search" }, element("label", { for: this.model.id }, "Model"), this.model);
    this.box = element("div", {}, element("div", { class: "fields" }, own ? null : model, element("label", {}, "Begin with", this.samples)), element("label", {}, "Request", this.text), this.cost,
      element("p", { class: "quiet" }, "What a seller makes of it says ", element("code", {}, "ratecard lint-request FILE --model MODEL"), "."));
    if (!own) {
      suggest(this.model, (slug) => {
        this.model.value = slug;
        this.turn();
      });
    }
    this.model.value = named ?? law.rows.samples.find(({ model }) => model)?.model ?? "";
    this.turn();
  }

  /** A sample in place of what was written. */
  write(place) {
    this.text.value = JSON.stringify(this.law.rows.samples[place].body, null, 2);
    this.price();
  }

  /** Another model: its price lists, and a sample of its own kind where nothing else was written. */
  async turn() {
    const asked = this.model.value.trim();
    const { slug, seller, id } = partsOf(asked) ?? {};
    const card = slug && (await read(new URL(`models/${slug}/prices.json`, ROOT)).catch(() => null));
    if (asked !== this.model.value.trim()) return; // something else was named while this was read
    if (!card?.offers.length) {
      this.live = null;
      this.cost.replaceChildren(element("p", { class: "warning" }, card ? `No seller of ${slug} is known.` : `No model is called '${asked.slice(0, 80)}'; name one by its slug, such as openai/gpt-image-2.`));
      return;
    }
    const own = card.offers.findIndex((offer) => offer.seller === seller && (!id || offer.model_id === id));
    this.live = new Live(this.law, card, Math.max(own, 0));
    this.cost.replaceChildren(this.live.box);
    const written = this.text.value && !this.law.rows.samples.some(({ body }) => JSON.stringify(body, null, 2) === this.text.value);
    const fitting = this.law.rows.samples.findIndex(({ modality }) => modality === card.modality);
    if (written) return this.price();
    this.samples.value = String(Math.max(fitting, 0));
    this.write(Number(this.samples.value));
  }

  price() {
    if (!this.live) return;
    try {
      this.live.show(parsed(this.text.value));
    } catch (error) {
      if (!(error instanceof BadValue)) throw error;
      this.live.none(`${error.message}.`);
    }
  }
}
