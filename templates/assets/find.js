// The list of models, searched, sieved and sorted as it is asked for; the address always says what is asked.

import { load, loadFilters, ROOT } from "./catalog.js";
import { element } from "./elements.js";
import { controls } from "./controls.js";
import { Picks } from "./picks.js";
import { near } from "./near.js";
import { matches, texts } from "./search.js";
import { fromAddress, isSieved, NO, ordered, settings, toAddress, UNKNOWN, verdicts } from "./sieve.js";
import { heads, rowOf } from "./table.js";

/** Rows drawn at a keystroke, and those that come when more are asked for. */
const AT_ONCE = 30;
const STEP = 100;
/** Milliseconds without a key after which the address says what was typed. */
const PAUSE = 120;
/** The width from which the controls fit next to what they find. */
const WIDE = "(min-width: 48rem)";

/** Puts the controls above the list and, as soon as something is asked, the models that answer in its place. */
export function enhance(place, box) {
  const finder = new Finder(place, box);
  finder.start();
}

class Finder {
  constructor(place, box) {
    this.place = place;
    this.box = box;
    this.listed = place.querySelector("[data-listed]");
    this.asked = fromAddress(location.search);
    this.sieve = element("div", { class: "sieve", hidden: true });
    this.status = element("p", { role: "status", class: "found" });
    this.found = element("div", { class: "scroll", hidden: true });
    this.more = element("button", { type: "button", class: "more", hidden: true, onclick: () => this.grow() });
    this.opener = element("button", { type: "button", "aria-expanded": "false", onclick: () => this.turn() }, "Filter and sort");
  }

  start() {
    this.place.querySelector("[data-without]")?.remove();
    this.place.prepend(this.opener, this.sieve, this.status);
    this.picks = new Picks(this.asked.pick, (slugs) => this.pick(slugs));
    this.place.append(this.found, this.more, this.picks.bar);
    this.picks.tick(this.listed.querySelectorAll("tbody tr"));
    // Whoever typed before this script had come has asked for it already.
    const typed = document.activeElement === this.box && this.box.value;
    if (!typed) this.box.value = this.asked.q;
    this.box.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.focusRow(0);
    });
    this.box.addEventListener("focus", () => this.ready(), { once: true });
    this.box.addEventListener("input", () => this.type());
    this.box.addEventListener("keydown", (event) => this.keyInBox(event));
    this.found.addEventListener("keydown", (event) => this.keyInRows(event));
    addEventListener("popstate", () => this.goBack());
    if (typed) this.type();
    else if (toAddress({ ...this.asked, pick: [] })) this.open();
    else if (document.activeElement === this.box) this.ready();
  }

  /** The index, fetched when it is first wanted. */
  ready() {
    this.loading ??= Promise.all([load(), loadFilters()]).then(
      ([index, filters]) => {
        Object.assign(this, { index, filters, prepared: texts(index) });
      },
      () => {
        this.status.textContent = "The index could not be loaded. The list below stays as it is.";
        this.loading = undefined;
        throw new Error("the index of models could not be loaded");
      },
    );
    return this.loading;
  }

  /** Opens the controls, or folds them away. */
  async turn() {
    await this.ready();
    this.fold(!this.sieve.hidden);
    this.show();
  }

  fold(away) {
    this.sieve.hidden = away;
    this.opener.setAttribute("aria-expanded", String(!away));
  }

  async open() {
    await this.ready();
    if (isSieved(this.asked) && matchMedia(WIDE).matches) this.fold(false);
    this.show();
  }

  async type() {
    this.asked.q = this.box.value;
    if (!this.index) await this.ready();
    this.asked.q = this.box.value;
    clearTimeout(this.writing);
    this.writing = setTimeout(() => this.write(), PAUSE);
    this.show();
  }

  write() {
    clearTimeout(this.writing);
    this.writing = undefined;
    history.replaceState(null, "", this.address());
  }

  /** Asks for something else than before, so that the way back leads to what was asked. */
  ask(changes) {
    if (this.writing) this.write();
    Object.assign(this.asked, changes);
    history.pushState(null, "", this.address());
    this.show();
  }

  /** Keeps what is ticked in the address, without a step of its own, from page to page of the list. */
  pick(slugs) {
    this.asked.pick = slugs;
    this.write();
    for (const link of this.listed.querySelectorAll("nav a")) link.search = toAddress({ ...fromAddress(""), pick: slugs });
  }

  goBack() {
    this.asked = fromAddress(location.search);
    this.picks.set(this.asked.pick);
    this.box.value = this.asked.q;
    this.open();
  }

  address() {
    return `${location.pathname}${toAddress(this.asked)}`;
  }

  show() {
    const { index, asked } = this;
    const sieve = JSON.stringify({ ...asked, q: "", sort: "", pick: [] });
    if (sieve !== this.answered) {
      this.verdicts = verdicts(index, this.filters, asked);
      this.answered = sieve;
      this.setControls();
    }
    let unsaid = 0;
    const rows = matches(index, this.prepared, asked.q, (row) => this.verdicts[row] !== NO);
    const sure = asked.maybe ? rows : rows.filter((row) => this.verdicts[row] !== UNKNOWN || !(unsaid += 1));
    this.rows = ordered(index, sure, asked);
    this.shown = Math.min(AT_ONCE, this.rows.length);
    this.listed.hidden = true;
    this.found.hidden = false;
    this.report(unsaid);
    this.draw();
  }

  /** The controls as they now stand, with the focus and what is unfolded where they were. */
  setControls() {
    const focused = this.sieve.contains(document.activeElement) ? document.activeElement : null;
    const open = [...this.sieve.querySelectorAll("details")].map((each) => each.open);
    this.sieve.replaceChildren(controls(this.index, this.filters, this.asked, (changes) => this.ask(changes)));
    this.sieve.querySelectorAll("details").forEach((each, place) => {
      each.open = open[place] ?? false;
    });
    const { word } = focused?.dataset ?? {};
    const same = word ? `[data-word="${CSS.escape(word)}"]` : focused?.name ? `[name="${focused.name}"]` : "[name=modality]";
    if (focused) this.sieve.querySelector(same)?.focus();
  }

  report(unsaid) {
    const count = this.rows.length;
    const parts = [`${count.toLocaleString("en")} ${count === 1 ? "model" : "models"}`];
    if (unsaid) {
      const show = () => this.ask({ maybe: true });
      const label = `Show ${unsaid.toLocaleString("en")} more where this is unknown`;
      parts.push(" ", element("button", { type: "button", class: "plain", onclick: show }, label));
    }
    if (!count && this.asked.q) parts.push(...this.nearby());
    this.status.replaceChildren(...parts);
    const set = settings(this.asked);
    this.opener.textContent = set ? `Filter and sort (${set})` : "Filter and sort";
  }

  /** What to do where nothing answers: the models whose slugs are like the words, and where else words are asked. */
  nearby() {
    const slugs = near(this.asked.q.trim().toLowerCase().replace(/\s+/g, "-"), this.index.slugs);
    const links = slugs.flatMap((slug, place) => [place ? ", " : "; did you mean ", element("a", { href: new URL(`models/${slug}/`, ROOT) }, slug)]);
    if (links.length) return [...links, "?"];
    return ["; words are looked for in the names of models and makers; what models can do is under Filter and sort"];
  }

  draw() {
    const { index, asked } = this;
    const body = element("tbody", {}, this.rows.slice(0, this.shown).map((row) => rowOf(index, row, asked)));
    const order = `${asked.sort} ${asked.meter}`;
    if (order === this.order) this.found.querySelector("tbody").replaceWith(body);
    else {
      const caption = element("caption", {}, "Models found");
      const head = heads(index, asked, (sort) => this.sort(sort));
      this.found.replaceChildren(element("table", { class: "models found" }, caption, head, body));
      this.order = order;
    }
    this.picks.tick(body.rows);
    this.offerMore();
  }

  sort(sort) {
    this.ask({ sort });
    this.found.querySelector(`[data-sort="${sort.replace(/^-/, "")}"]`)?.focus();
  }

  grow() {
    const next = this.rows.slice(this.shown, this.shown + STEP);
    const from = this.shown;
    const rows = next.map((row) => rowOf(this.index, row, this.asked));
    this.found.querySelector("tbody").append(...rows);
    this.picks.tick(rows);
    this.shown += next.length;
    this.offerMore();
    this.focusRow(from);
  }

  offerMore() {
    const rest = this.rows.length - this.shown;
    this.more.hidden = rest <= 0;
    this.more.textContent = `Show ${Math.min(rest, STEP)} of ${rest.toLocaleString("en")} more`;
  }

  links() {
    return [...this.place.querySelectorAll("tbody th a")].filter((link) => link.offsetParent);
  }

  focusRow(place) {
    this.links()[place]?.focus();
  }

  keyInBox(event) {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.focusRow(0);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.clear();
    }
  }

  keyInRows(event) {
    if (event.key === "Escape") return this.clear();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const links = this.links();
    const place = links.indexOf(document.activeElement);
    if (!step || place < 0) return undefined;
    event.preventDefault();
    if (place + step < 0) this.box.focus();
    else links[place + step]?.focus();
    return undefined;
  }

  clear() {
    this.box.value = "";
    this.box.focus();
    if (this.asked.q) this.type();
  }
}

