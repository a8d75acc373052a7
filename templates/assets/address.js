/** How addresses name models and their sellers: `?m=` and names with commas between, each slug, slug@seller or slug@seller/its id there. */

const NAME = /^([a-z0-9][a-z0-9._/-]*)(?:@([^/]+)(?:\/(.+))?)?$/;

/** The names in an address, once each; several `m` say the same as one with commas. */
export function namesIn(search) {
  const given = new URLSearchParams(search).getAll("m").flatMap((names) => names.split(","));
  return [...new Set(given.map((name) => name.trim()).filter(Boolean))];
}

/** The parts of a name; null where it is the name of no model. */
export function partsOf(name) {
  const [, slug, seller, id] = NAME.exec(name.trim()) ?? [];
  return slug && !slug.includes("..") ? { slug, seller, id: id?.replaceAll("%2C", ",") } : null;
}

/** The name of one offer of a model. */
export function nameOf({ slug }, { seller, model_id: id }) {
  return `${slug}@${seller}/${id.replaceAll(",", "%2C")}`;
}

/** What else an address says, as pairs. */
export function othersIn(search) {
  return [...new URLSearchParams(search)].filter(([name]) => name !== "m");
}

/** The end of an address that names models and says these pairs; nothing where there is nothing to say. */
export function queryOf(names, pairs) {
  const all = [...(names.length ? [["m", names.join(",")]] : []), ...pairs];
  return all.length ? `?${all.map(([name, value]) => `${encodeURIComponent(name)}=${readable(value)}`).join("&")}` : "";
}

/** A value in an address, with the signs left that may stand there. */
function readable(value) {
  return encodeURIComponent(value).replace(/%(2F|40|3A|2C)/g, decodeURIComponent);
}
