/** The request builder of a model's page: the request, its cost, its verdict, and a way to send it. */

import { read } from "./catalog.js";
import { element } from "./elements.js";
import { curl, problem, send } from "./request.js";
import { RequestCost, usageOf } from "./request_cost.js";
import { copyable } from "./site.js";
import { HEADINGS, findings } from "./verdict.js";

const PICTURES = ["image", "mask"];

/** Fills the section with a builder for the model whose try.json is in the folder of the page. */
export async function enhance(section) {
  const [table, card, words] = await Promise.all([read("try.json", location), read("prices.json", location), read("words.json")]);
  const own = card.offers.findIndex(({ seller, model_id: id }) => seller === table.seller && id === table.model);
  const built = builder(table, new RequestCost(words, card, own));
  section.querySelector("p").replaceWith(built);
  section.dataset.ready = "";
}

function builder(table, cost) {
  const files = {};
  const fields = {
    prompt: element("textarea", { name: "prompt", rows: 2, required: true }, "A cyberpunk cat at sunset, cinematic lighting"),
    size: element("input", { name: "size", value: table.size, placeholder: "WIDTHxHEIGHT", autocomplete: "off", pattern: "[1-9][0-9]{0,5}x[1-9][0-9]{0,5}", list: "try-sizes" }),
    n: element("input", { name: "n", type: "number", min: 1, step: 1, placeholder: "1" }),
    ...Object.fromEntries(Object.entries(table.choices).map(([name, { values }]) => [name, choice(name, Object.keys(values))])),
  };
  const verdict = element("div", { class: "verdict", role: "status" });
  const shown = element("code");
  const code = element("figure", { class: "code" }, element("figcaption", {}, "bash"),
    element("pre", { tabindex: 0, role: "group", "aria-label": "The request with curl" }, shown));
  copyable(code);
  const form = element("form", { novalidate: true, "aria-label": "Request" }, element("div", { class: "fields" },
    labelled("Prompt", fields.prompt, "wide"), labelled("Size", fields.size), labelled("How many (n)", fields.n),
    Object.entries(table.choices).map(([name, { label }]) => labelled(label.toLowerCase() === name ? label : `${label} (${name})`, fields[name])),
    element("datalist", { id: "try-sizes" }, (table.sizes.made ?? []).map((size) => element("option", { value: size }))),
    table.form ? pictures(files, () => update()) : null));
  const sending = sender(table, () => request(fields, files));

  function update() {
    const wrong = Object.values(fields).filter((field) => field.setAttribute("aria-invalid", !field.validity.valid) || !field.validity.valid);
    const asked = request(fields, files);
    shown.textContent = curl(table, asked);
    verdict.replaceChildren(...(wrong.length ? unfinished(wrong) : judged(table, asked)));
    sending.allow(!wrong.length && (!table.form || "image" in files));
    if (wrong.length) cost.none("unknown until the fields above hold");
    else cost.show(usageOf(table, asked));
  }

  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  update();
  return element("div", {}, form, element("h3", {}, "What it will cost"), cost.box,
    element("h3", {}, `Findings at ${table.shop}`), verdict, element("h3", {}, "What is sent"), code, sending.box);
}

function choice(name, values) {
  return element("select", { name }, element("option", { value: "" }, "as the seller likes"), ...values.map((value) => element("option", {}, value)));
}

function labelled(words, field, style) {
  return element("label", { class: style }, words, field);
}

/** The files of a request; the mask can be drawn on the image. */
function pictures(files, changed) {
  const drawing = element("div", { class: "wide" });
  const put = (name, file) => {
    if (file) files[name] = file;
    else delete files[name];
    changed();
  };
  const [image, mask] = PICTURES.map((name) => element("input", { type: "file", name, accept: "image/png,image/jpeg,image/webp" }));
  image.addEventListener("change", async () => {
    const [file] = image.files;
    put("image", file);
    drawing.replaceChildren();
    if (!file) return;
    const { board } = await import("./mask.js");
    const drawn = await board(file, (made) => {
      mask.value = "";
      put("mask", made);
    }).catch(() => element("p", {}, "This browser cannot show the image, so that no mask can be drawn on it."));
    if (image.files[0] === file) drawing.replaceChildren(drawn);
  });
  mask.addEventListener("change", () => put("mask", mask.files[0]));
  return [labelled("Image", image), labelled("Mask, or draw one on the image", mask), drawing];
}

/** What the fields say; a field left empty is left out. */
function request(fields, files) {
  const given = Object.entries(fields).filter(([, field]) => field.value !== "").map(([name, field]) => [name, field.value]);
  return { ...Object.fromEntries(given), ...(fields.n.value ? { n: Number(fields.n.value) } : {}), files: { ...files } };
}

function unfinished(wrong) {
  return [element("p", {}, `${wrong.map((field) => field.name).join(" and ")}: ${wrong[0].validationMessage}`)];
}

function judged(table, asked) {
  const weights = Object.fromEntries(Object.entries(asked.files).map(([name, file]) => [name, file.size]));
  const found = findings(table, { ...asked, files: weights });
  if (!found.length) return [element("p", {}, "no problems found")];
  return Object.entries(HEADINGS).flatMap(([word, heading]) => {
    const entries = found.filter((finding) => finding.verdict === word);
    return entries.length ? [element("h4", { class: word }, `${heading} (${entries.length})`), element("ul", {}, entries.map(line))] : [];
  });
}

function line({ verdict, path, sentence, why }) {
  const grave = verdict === "rejected" || verdict === "ignored";
  return element("li", {}, element("b", {}, path || "the call"), `: ${sentence}`, grave && why ? element("small", {}, `. ${why}`) : null);
}

/** The way to send the request: to an address and with a key that the reader gives, and this page forgets. */
function sender(table, asked) {
  const base = element("input", { type: "url", name: "base_url", placeholder: table.base_url, autocomplete: "off", required: true });
  const key = element("input", { type: "password", name: "key", autocomplete: "off", required: true });
  const answer = element("div", { class: "answer", role: "status" });
  const button = element("button", { type: "button", disabled: true }, "Send");
  let ready = false;

  function settle() {
    button.disabled = !(ready && base.value && base.validity.valid && key.value);
  }

  button.addEventListener("click", async () => {
    button.disabled = true;
    answer.replaceChildren(element("p", {}, "Sent, waiting for the answer …"));
    answer.replaceChildren(...(await send(table, asked(), base.value, key.value).catch(problem)));
    settle();
  });
  base.addEventListener("input", settle);
  key.addEventListener("input", settle);
  const box = element("fieldset", {}, element("legend", {}, "Send it"),
    element("p", {}, "The request goes from this browser to the address you give, and nowhere else. The key is kept in this page's memory alone."),
    element("div", { class: "fields" }, labelled("Base URL", base), labelled("API key", key)), button, answer);
  return { box, allow: (whether) => { ready = whether; settle(); } };
}
