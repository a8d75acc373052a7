/** A built request as a command and on its way to a seller. */

import { element } from "./elements.js";

/** The fields of a request that are texts and numbers, with the model it goes to. */
function plain(table, { files, ...fields }) {
  return { model: table.model, ...fields };
}

/** The request as a command for a shell. */
export function curl(table, asked) {
  const head = [`curl ${table.url}`, `-H "Authorization: Bearer $${table.key_variable}"`];
  const fields = plain(table, asked);
  const rest = table.form
    ? [...Object.entries(fields).map(([name, value]) => form(name, String(value))),
       ...Object.entries(asked.files).map(([name, file]) => `-F ${quoted(`${name}=@"${file.name.replace(/(["\\])/g, "\\$1")}"`)}`)]
    : ['-H "Content-Type: application/json"', `-d ${quoted(JSON.stringify(fields))}`];
  return [...head, ...rest].join(" \\\n  ");
}

/** A field of a form; curl takes @, < and ; for its own unless told otherwise. */
function form(name, value) {
  return `${/^[@<]|;/.test(value) ? "--form-string" : "-F"} ${quoted(`${name}=${value}`)}`;
}

function quoted(words) {
  return `'${words.replaceAll("'", "'\\''")}'`;
}

/** Sends a request and returns what is to be shown of the answer. */
export async function send(table, asked, base, key) {
  const address = base.replace(/\/+$/, "") + table.url.slice(table.base_url.replace(/\/+$/, "").length);
  const headers = { Authorization: `Bearer ${key}`, ...(table.form ? {} : { "Content-Type": "application/json" }) };
  const answer = await fetch(address, {
    method: "POST", headers, body: body(table, asked), credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store",
  });
  const text = await answer.text();
  return [element("p", {}, `${answer.status} ${answer.statusText}`), ...(await results(text))];
}

function body(table, asked) {
  const fields = plain(table, asked);
  if (!table.form) return JSON.stringify(fields);
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.append(name, value);
  for (const [name, file] of Object.entries(asked.files)) made.append(name, file, file.name);
  return made;
}

/** The images of an answer, and its text with the images left out. */
async function results(text) {
  let read;
  try { read = JSON.parse(text); } catch { return [block(text)]; }
  const made = Array.isArray(read?.data) ? read.data : [];
  const images = await Promise.all(made.filter((one) => one?.b64_json).map((one) => picture(one.b64_json)));
  const links = made.filter((one) => /^https?:/.test(one?.url ?? "")).map((one) =>
    element("p", {}, element("a", { href: one.url, rel: "noreferrer nofollow" }, "The image")));
  const short = JSON.stringify(read, (name, value) => (name === "b64_json" ? `${String(value).slice(0, 24)}…` : value), 2);
  return [...images, ...links, block(short)];
}

/** An image is drawn, not linked: that needs no leave of the page's policy. */
async function picture(base64) {
  try {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]));
    const canvas = element("canvas", { width: image.width, height: image.height, role: "img", "aria-label": "The image that came back" });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas;
  } catch {
    return element("p", {}, "What came back cannot be shown as an image.");
  }
}

function block(text) {
  return element("figure", { class: "code" }, element("pre", { tabindex: 0, role: "group", "aria-label": "The answer" }, element("code", {}, text)));
}

/** What is to be shown where no answer can be read. */
export function problem(error) {
  return [element("p", { class: "warning" },
    `No answer could be read (${error.message}). The address may be wrong, or its server does not let browsers of other sites call it; the command above works from a shell.`)];
}
