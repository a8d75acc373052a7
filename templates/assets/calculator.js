/**
 * The calculator: fields made of the chosen price lists, and the bill for what is in them, worked out as it is typed.
 *
 * It replaces a form that leads to it. The address of the page holds what is asked, so that it can be kept and sent.
 */

import { nameOf, namesIn, othersIn, partsOf, queryOf } from "./address.js";
import { amount, answer, bill, complaint, elsewhere, labelOf, meant, reason, statement, unknown } from "./bill.js";
import { load as loadIndex, ROOT } from "./catalog.js";
import { element } from "./elements.js";
import * as exact from "./exact.js";
import { fieldsOf } from "./fields.js";
import { money } from "./money.js";
import { called, matches, texts } from "./search.js";
import { snippet } from "./snippet.js";
import { enhance as suggest } from "./suggest.js";

/** How long the address waits for the next key, in milliseconds: browsers refuse to change it at every one. */
const PATIENCE = 300;
/** How many models are named where a name means none, or several. */
const NEAR = 3;

class Unknown extends Error {}

/** Makes a form the calculator. */
export async function enhance(form) {
  const whole = form.classList.contains("whole");
  const own = form.querySelector("input[type=hidden][name=m]")?.value;
  const state = await calculator(form, { whole, own });
  window.addEventListener("popstate", () => open(state, location.search));
  const filled = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  await open(state, location.search || filled);
  if (whole) taking(state);
  form.dataset.ready = "";
}

/**
 * A calculator for offers that something else on the page chooses: `names` are theirs, `asked` what the address is to
 * call them, `show` what is made of several costs. Returns what works out the address anew.
 */
export async function embedded(form, show) {
  const state = await calculator(form, { whole: true, show });
  return async (names, asked) => {
    Object.assign(state, { names, asked });
    await open(state, location.search);
    form.dataset.ready = "";
  };
}

async function calculator(form, kind) {
  const state = { form, ...kind, words: await load("words.json"), chosen: [], given: {}, at: "", trouble: [] };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add(state);
  });
  return state;
}

/** The field for a model takes one more of them from now on, and offers those that are meant. */
function taking(state) {
  const label = state.form.querySelector(".models label");
  const button = state.form.querySelector(".ask button");
  label.firstChild.textContent = "One more model ";
  button.textContent = "Add";
  const row = element("div", { class: "taking search" });
  label.before(row);
  row.append(label, button);
  const box = label.querySelector("input");
  box.id = "one-more";
  suggest(box, (slug) => {
    box.value = slug;
    add(state);
  });
}

/** Shows what an address asks. */
async function open(state, search) {
  const named = state.names ?? namesIn(search);
  const found = await Promise.allSettled((named.length || state.whole ? named : [state.own]).map(choice));
  state.chosen = found.filter(({ value }) => value).map(({ value }) => value);
  state.trouble = found.filter(({ reason }) => reason).map(({ reason }) => reason.message);
  state.given = {};
  state.at = "";
  for (const [word, value] of othersIn(search)) {
    const known = ["meters", "facts"].some((kind) => Object.hasOwn(state.words[kind], word));
    if (word === "at") state.at = value;
    else if (!known) state.trouble.push(`'${word}' is not a meter or fact; it was left out`);
    else if (value) state.given[word] = value;
  }
  if (!state.names) showModels(state);
  showFields(state);
  showBills(state);
}

/** A model and one of its offers, by their name in an address. */
async function choice(name) {
  const { slug: written, seller, id } = partsOf(name) ?? {};
  const slug = written?.includes("/") ? written : await slugOf(name);
  const card = await load(`models/${slug}/prices.json`, `no model is called '${slug}'`);
  const sold = card.offers.filter((each) => !seller || each.seller === seller);
  const offer = sold.find((each) => each.model_id === id) ?? sold[0];
  if (!offer) throw new Unknown(seller ? `${slug} is not sold by '${seller}'` : `no seller of ${slug} is known`);
  return { card, offer };
}

/** The model that a name means which is no slug: one alone, or what is near is said. */
async function slugOf(name) {
  const index = await loadIndex().catch(() => null);
  const meant = index ? called(index, texts(index), name) : [];
  if (meant.length === 1) return meant[0];
  const close = meant.length ? meant : index ? matches(index, texts(index), name, () => true).map((row) => index.slugs[row]) : [];
  const hint = close.length ? `; did you mean ${close.slice(0, NEAR).join(", ")}?` : ", such as openai/gpt-4o";
  throw new Unknown(`'${name}' is not the name of ${meant.length ? "one model" : "a model"}${hint}`);
}

const loaded = new Map();

async function load(path, otherwise = `${path} cannot be fetched`) {
  if (!loaded.has(path)) {
    const response = await fetch(new URL(path, ROOT)).catch(() => null);
    if (!response?.ok) throw new Unknown(response?.status === 404 ? otherwise : `${path} cannot be fetched`);
    loaded.set(path, await response.json());
  }
  return loaded.get(path);
}

/** The calculator page can take one more model. */
async function add(state) {
  const field = state.form.querySelector(".models input[name=m]");
  if (!field?.value.trim()) return;
  try {
    state.chosen.push(await choice(field.value));
    state.trouble = [];
    field.value = "";
  } catch (error) {
    if (!(error instanceof Unknown)) throw error;
    state.trouble = [error.message];
  }
  showModels(state);
  changed(state);
}

/** Another choice of models or moment: other fields, another bill, and a step to go back from. */
function changed(state) {
  showFields(state);
  showBills(state);
  remember(state, "pushState");
}

function showModels(state) {
  const place = state.form.querySelector(".models") ?? state.form.insertBefore(
    element("div", { class: "models" }),
    state.form.querySelector(".fields"),
  );
  for (const row of place.querySelectorAll(".model")) row.remove();
  place.prepend(...state.chosen.map((entry) => modelRow(state, entry)));
}

function modelRow(state, entry) {
  const { card, offer } = entry;
  const choose = (event) => {
    entry.offer = card.offers[Number(event.target.value)];
    changed(state);
  };
  const remove = () => {
    state.chosen = state.chosen.filter((each) => each !== entry);
    showModels(state);
    changed(state);
  };
  const options = card.offers.map((each, index) =>
    element("option", { value: index, selected: each === offer }, labelOf(each, card)),
  );
  const label = state.whole
    ? element("a", { href: new URL(`models/${card.slug}/`, ROOT) }, card.name)
    : element("span", {}, "Sold by");
  const select = element("select", { "aria-label": `Seller of ${card.name}`, onchange: choose }, options);
  const button = element("button", { type: "button", "aria-label": `Remove ${card.name}`, onclick: remove }, "Remove");
  return element("div", { class: "model" }, label, select, state.whole ? button : null);
}

function showFields(state) {
  const { quantities, facts, timed } = fieldsOf(
    state.chosen,
    state.words,
    state.given,
    moment(state) ?? new Date(),
  );
  const place = state.form.querySelector(".fields");
  const focused = place.contains(document.activeElement) ? document.activeElement.name : "";
  if (!state.chosen.length) return;
  place.replaceChildren(
    ...quantities.map((field) => quantityField(state, field)),
    ...facts.map((field) => factField(state, field)),
    ...(timed || state.at || state.whole ? [timeField(state)] : []),
  );
  if (focused) place.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
}

function quantityField(state, { name, label, stops }) {
  const input = element("input", { name, inputmode: "decimal", autocomplete: "off", value: state.given[name] ?? "" });
  return element("div", { class: "quantity" }, element("label", {}, `${label} `, input), slider(state, input, label, stops));
}

/** A slider that fills a field with round numbers, and follows what is typed there; at a stop of zero there is none of it. */
function slider(state, input, label, stops) {
  const range = element("input", { type: "range", "aria-label": `${label}, slider`, min: 0, max: stops.length - 1 });
  const follow = () => {
    const number = exact.parse(input.value || input.placeholder) ?? exact.ZERO;
    range.value = String(Math.max(0, stops.findLastIndex((stop) => exact.compare(stop, number) <= 0)));
    range.setAttribute("aria-valuetext", input.value || input.placeholder || "none");
  };
  input.addEventListener("input", () => {
    follow();
    give(state, input.name, input.value);
  });
  range.addEventListener("input", () => {
    const stop = stops[Number(range.value)];
    input.value = exact.text(stop) === "0" ? "" : exact.text(stop);
    range.setAttribute("aria-valuetext", input.value || "none");
    give(state, input.name, input.value);
  });
  follow();
  return range;
}

function factField(state, { name, label, sentence, values, free, assumed, stops }) {
  const silent = assumed ? `${assumed}, assumed` : name === "period" ? "by the clock" : "not said";
  const value = state.given[name] ?? "";
  if (free) {
    const input = element("input", { name, title: sentence, value, placeholder: (stops.length && assumed) || silent, autocomplete: "off", spellcheck: "false" });
    if (!stops.length) input.addEventListener("input", () => give(state, name, input.value));
    return element("div", { class: "fact" }, element("label", {}, `${label} `, input), stops.length ? slider(state, input, label, stops) : null);
  }
  const known = value && !values.includes(value) ? [...values, value] : values;
  const options = [["", silent], ...known.map((each) => [each, each])].map(([each, shown]) =>
    element("option", { value: each, selected: each === value }, shown),
  );
  const select = element("select", { name, title: sentence, oninput: (event) => give(state, name, event.target.value) }, options);
  return element("div", { class: "fact" }, element("label", {}, `${label} `, select));
}

function timeField(state) {
  const when = (event) => {
    state.at = event.target.value;
    changed(state);
  };
  const input = element("input", { name: "at", type: "datetime-local", value: longTime(state.at), onchange: when });
  return element("div", { class: "fact" }, element("label", {}, "When, in UTC ", input));
}

function longTime(at) {
  return at.length === 10 ? `${at}T00:00` : at.slice(0, 16);
}

/** What is asked of a meter or fact from now on; nothing where the field is empty. */
function give(state, name, value) {
  if (value.trim()) state.given[name] = value.trim();
  else delete state.given[name];
  showBills(state);
  clearTimeout(state.waiting);
  state.waiting = setTimeout(() => remember(state, "replaceState"), PATIENCE);
}

function showBills(state) {
  const counted = Object.keys(state.given).some((word) => Object.hasOwn(state.words.meters, word));
  const answers = counted ? state.chosen.map((entry) => answered(state, entry)) : [];
  const several = answers.length > 1;
  state.form.querySelector(".bills").replaceChildren(
    spoken(state, answers),
    ...state.trouble.map(complaint),
    ...(counted || !state.chosen.length ? [] : unknown(["say how much is used"])),
    ...(several ? [(state.show ?? comparison)(answers, state.words)] : []),
    ...answers.flatMap((each) => (several ? [folded(state, each)] : detailed(state, each))),
  );
  for (const field of state.form.querySelectorAll(".fields [name]"))
    field.setAttribute("aria-invalid", String(answers.some(({ wrong }) => wrong?.startsWith(`${field.name}=`))));
}

/** The cost of what is asked at an offer, or at another id of its seller that the facts mean; or why there is none. */
function answered(state, { card, offer: chosen }) {
  const at = moment(state);
  const offer = meant(card, chosen, state.given);
  const entry = { card, offer };
  if (!at) return { entry, wrong: `at=${state.at}: not a date or time, such as 2026-11-21 or 2026-11-21T18:30` };
  return { entry, ...answer(card, offer, state.given, state.words, at) };
}

/** The moment asked for, in UTC, or now; null where it is none. */
function moment({ at }) {
  if (!at) return new Date(Math.floor(Date.now() / 1000) * 1000);
  const form = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$/;
  const found = new Date(at.length === 10 ? `${at}T00:00Z` : `${at}Z`);
  return form.test(at) && !Number.isNaN(found.getTime()) ? found : null;
}

/** What a screen reader says when the numbers change: the totals alone. */
function spoken(state, answers) {
  const output = state.form.querySelector("output") ?? element("output", { class: "spoken" });
  const said = answers.map(({ entry, cost }) => `${entry.card.name}: ${cost ? money(cost.total, cost.currency) : "no price"}`);
  if (output.textContent !== said.join("; ")) output.textContent = said.join("; ");
  return output;
}

function detailed(state, { entry, cost: found, used, missing, wrong }) {
  if (wrong) return [complaint(wrong)];
  if (missing) return unknown(missing);
  const title = `${entry.card.name} at ${labelOf(entry.offer, entry.card)}, ${found.at.slice(0, 16).replace("T", " ")} UTC`;
  return [...bill(found, state.words, title), calls(state, entry, found, used), state.whole ? null : further(state)].filter(Boolean);
}

/** From a model's page to the page that compares. */
function further(state) {
  const href = new URL(`cost/${query(state, true)}`, ROOT);
  return element("p", {}, element("a", { href }, "Compare with other models →"));
}

function folded(state, each) {
  const { card, offer } = each.entry;
  const title = element("summary", {}, `${card.name} at ${labelOf(offer, card)}`);
  return element("details", { class: "one" }, title, detailed(state, each));
}

/** Several models side by side, in the order of the address; what has no price says so. */
function comparison(answers) {
  const costs = answers.map(({ cost }) => cost).filter(Boolean);
  const currencies = new Set(costs.map(({ currency }) => currency));
  const totals = costs.map(({ total }) => exact.decimal(total));
  const least = totals.reduce((low, total) => (exact.compare(total, low) < 0 ? total : low), totals[0]);
  const more = (found) => {
    if (!found || currencies.size > 1) return null;
    const difference = exact.text(exact.subtract(exact.decimal(found.total), least));
    return difference === "0" ? element("b", {}, "least") : ["+", amount(difference, found)];
  };
  const heading = (text, number) => element("th", { scope: "col", class: number && "number" }, text);
  return element(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-label": "Comparison" },
    element(
      "table",
      {},
      element("caption", {}, "The same usage of each model"),
      element("thead", {}, element("tr", {}, heading("Model"), heading("Seller"), heading("Total", true), heading("More", true))),
      element(
        "tbody",
        {},
        answers.map(({ entry: { card, offer }, cost: found }) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, card.name),
            element("td", {}, labelOf(offer, card)),
            element("td", { class: "number" }, found ? [amount(found.total, found), " ", reason(found)] : element("span", { class: "unknown" }, "unknown")),
            element("td", { class: "number" }, more(found)),
          ),
        ),
      ),
    ),
  );
}

/** The same question elsewhere, to copy. */
function calls(state, { card, offer }, found, used) {
  const quantities = Object.fromEntries(Object.entries(used.quantities).map(([id, count]) => [id, exact.text(count)]));
  const texts = offer.as.length ? elsewhere(card, offer, state.given, state.at) : [];
  texts.push(["SQL", statement(card, offer, { quantities, facts: used.facts }, found.at, ROOT)]);
  return element(
    "details",
    { class: "calls", open: state.callsOpen, ontoggle: (event) => (state.callsOpen = event.target.open) },
    element("summary", {}, "The same in a shell, Python and SQL"),
    texts.map(([name, text]) => snippet(name, text, `The same in ${name}`)),
  );
}

/** Puts what is asked into the address. */
function remember(state, how) {
  const untouched = !state.whole && state.chosen.every(({ card, offer }) => nameOf(card, offer) === state.own);
  history[how](null, "", query(state, !untouched) || location.pathname);
}

/** What is asked as an address has it, with the models or without. */
function query(state, withModels) {
  const names = state.asked ?? state.chosen.map(({ card, offer }) => nameOf(card, offer));
  return queryOf(withModels ? names : [], [...Object.entries(state.given), ...(state.at ? [["at", state.at]] : [])]);
}
