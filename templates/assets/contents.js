/**
 * What goes into a call, as far as its request shows it: texts, images, recordings, tools, and mere pointers.
 *
 * The law of `ratecard.requests.content`. `rows` is what requests.json holds: which parameter, part or item means what.
 */

import { BadValue } from "./cost.js";

/** A value as JSON, cut short. */
export function shown(value) {
  const text = spaced(value);
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}

function spaced(value) {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, held]) => `${JSON.stringify(name)}: ${spaced(held)}`).join(", ")}}`;
}

/** Whether a value is an object as JSON has it. */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Written);
}

/** A number with a point, an exponent or many digits, as it was written: never a count, whatever it comes to. */
export class Written {
  constructor(source) {
    this.source = source;
  }

  toJSON() {
    return JSON.rawJSON ? JSON.rawJSON(this.source) : Number(this.source);
  }
}

/**
 * Every piece of what a request puts in, in its order: what it is, its text if it has one, where it stands, and how
 * often. Throws `BadValue` for what cannot be content. `asked` are parameters, each `{name, value, row}`.
 */
export function piecesOf(rows, asked) {
  const reader = new Reader(rows);
  return asked.flatMap(({ name, value, row }) => (row ? [...(reader.readers[row.role]?.(name, value) ?? [])] : []));
}

const piece = (kind, text = "", where = "", times = 1) => ({ kind, text, where, times });
const isId = (value) => Number.isInteger(value) && value >= 0;
const isEmpty = (value) => value === "" || (Array.isArray(value) && !value.length);

class Reader {
  constructor(rows) {
    this.rows = rows;
    this.readers = {
      "items": (name, value) => this.items(name, value),
      "text": (name, value) => this.texts(name, value),
      "definitions": (name, value) => this.definitions(name, value),
      "images in": (name, value) => (Array.isArray(value) ? value : [value]).map(() => piece("images in", "", name)),
      "mask in": (name) => [piece("mask in", "", name)],
      "audio in": (name) => [piece("audio in", "", name)],
      "unseen": (name) => [piece("unseen", "", name)],
      "search": (name) => [piece("tool run", "searches", name)],
    };
  }

  /** A text, texts, token ids, or lists of token ids. */
  *texts(name, value) {
    if (typeof value === "string") return yield piece("text", value, name);
    if (!Array.isArray(value) || !value.length) throw new BadValue(`${name}: ${shown(value)} is neither a text nor a list of texts`);
    if (value.every(isId)) return yield piece("token ids", "", name, value.length);
    for (const [place, entry] of value.entries()) {
      const where = `${name}[${place}]`;
      if (typeof entry === "string") yield piece("text", entry, where);
      else if (Array.isArray(entry) && entry.length && entry.every(isId)) yield piece("token ids", "", where, entry.length);
      else if (isObject(entry)) yield* this.content(where, [entry]);
      else throw new BadValue(`${where}: ${shown(entry)} is neither a text nor a list of token ids`);
    }
  }

  /** Messages or other items; a mere text is one message of the user. */
  *items(name, value) {
    if (typeof value === "string" && value) return yield* [piece("item", "", name), piece("text", "user", name), piece("text", value, name)];
    if (!Array.isArray(value) || !value.length)
      throw new BadValue(`${name}: ${isEmpty(value) ? "it is empty" : `${shown(value)} is not a list of messages`}`);
    for (const [place, item] of value.entries()) {
      if (!isObject(item)) throw new BadValue(`${name}[${place}]: ${shown(item)} is not an object with a role and its content`);
      yield* this.item(`${name}[${place}]`, item);
    }
  }

  *item(where, item) {
    if (!Object.hasOwn(item, "role") && !Object.hasOwn(item, "type")) throw new BadValue(`${where}: it has no role, such as user`);
    const kind = Object.hasOwn(item, "type") ? item.type : "";
    if (typeof kind !== "string") throw new BadValue(`${where}.type: ${shown(kind)} is not a text`);
    yield piece("item", "", where);
    if (Object.hasOwn(this.rows.parts, kind) && !Object.hasOwn(item, "role")) return yield* this.content(where, [item]);
    for (const [key, value] of Object.entries(item)) {
      const place = `${where}.${key}`;
      if (value === null || this.rows.items.marks.includes(key)) continue;
      if (key === "name" && Object.hasOwn(item, "role")) yield piece("name", "", place);
      if (this.rows.items.texts.includes(key)) yield this.told(place, value);
      else if (this.rows.items.contents.includes(key)) yield* this.content(place, value);
      else yield piece("unknown", "", place);
    }
    return undefined;
  }

  told(where, value) {
    if (typeof value === "string") return piece("text", value, where);
    if ((isObject(value) || Array.isArray(value)) && /(tool_calls|function_call)$/.test(where)) return piece("definitions", JSON.stringify(value), where);
    throw new BadValue(`${where}: ${shown(value)} is not a text`);
  }

  *content(where, value) {
    if (typeof value === "string") return yield piece("text", value, where);
    if (!Array.isArray(value)) throw new BadValue(`${where}: ${shown(value)} is neither a text nor a list of parts`);
    for (const [place, part] of value.entries()) yield this.part(`${where}[${place}]`, part);
    return undefined;
  }

  part(where, part) {
    if (typeof part === "string") return piece("text", part, where);
    if (!isObject(part) || typeof part.type !== "string") throw new BadValue(`${where}: ${shown(part)} is not a part with a type, such as text`);
    const [kind, key] = Object.hasOwn(this.rows.parts, part.type) ? this.rows.parts[part.type] : ["unseen", ""];
    if (kind !== "text") return piece(kind, "", `${where} (${part.type})`);
    if (typeof part[key] !== "string") throw new BadValue(`${where}.${key}: ${shown(part[key] ?? null)} is not a text`);
    return piece("text", part[key], where);
  }

  /** Tools and schemas: what the model is told of them as JSON, and the tools a seller runs itself. */
  *definitions(name, value) {
    if (!Array.isArray(value)) {
      if (!isObject(value)) throw new BadValue(`${name}: ${shown(value)} is not an object`);
      const held = [value, ...Object.values(value).filter(isObject)];
      const schemas = ["schema", "json_schema", "definition"];
      if (held.some((entry) => schemas.some((key) => Object.hasOwn(entry, key)))) yield piece("definitions", JSON.stringify(value), name);
      return;
    }
    for (const [place, tool] of value.entries()) {
      const where = `${name}[${place}]`;
      if (!isObject(tool)) throw new BadValue(`${where}: ${shown(tool)} is not an object`);
      const kind = Object.hasOwn(tool, "type") ? tool.type : "function";
      if (this.rows.tools.told.includes(kind)) yield piece("definitions", JSON.stringify(tool), where);
      else yield piece("tool run", this.rows.tools.run[kind] ?? "", `${where} (${kind})`);
    }
  }
}
