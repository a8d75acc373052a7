// On the page for addresses that lead nowhere: models whose slugs are like the one asked for. Without this script the
// page still leads to all models.

const SHOWN = 5;

/** How many letters must be put in, taken out or changed to make one word of the other. */
export function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let above = 1; above <= one.length; above += 1) {
    const next = [above];
    for (let place = 1; place <= other.length; place += 1) {
      const changed = row[place - 1] + (one[above - 1] === other[place - 1] ? 0 : 1);
      next.push(Math.min(changed, row[place] + 1, next[place - 1] + 1));
    }
    row = next;
  }
  return row[other.length];
}

/** The slugs most like what was asked for, the nearest first; a slug that holds it whole is near. */
export function near(wanted, slugs) {
  const last = wanted.split("/").pop();
  const scored = slugs.map((slug) => {
    const tail = slug.split("/").pop();
    const inside = last.length > 2 && slug.includes(last) ? 0.2 : 1;
    const apart = Math.min(distance(wanted, slug) / Math.max(wanted.length, slug.length), distance(last, tail) / Math.max(last.length, tail.length));
    return [apart * inside, slug];
  });
  scored.sort(([one, name], [other, later]) => one - other || (name < later ? -1 : 1));
  return scored.filter(([apart]) => apart <= 0.4).slice(0, SHOWN).map(([, slug]) => slug);
}

/** The slug in an address: what follows models/, else the whole path. */
export function asked(path) {
  const [, behind] = path.match(/\/models\/(.+)$/) ?? ["", path];
  return decodeURIComponent(behind).toLowerCase().replace(/^\/+|\/+$|\.(md|json|html)$|\/index\.html$/g, "").slice(0, 120);
}

/** Links to models, under a heading; nothing where there is none. */
function shown(slugs) {
  const start = new URL("../models/", import.meta.url);
  const items = slugs.map((slug) => {
    const link = Object.assign(document.createElement("a"), { href: new URL(`${slug}/`, start), textContent: slug });
    const item = document.createElement("li");
    item.append(link);
    return item;
  });
  const list = document.createElement("ul");
  list.append(...items);
  const heading = Object.assign(document.createElement("h2"), { textContent: "Did you mean" });
  return items.length > 0 ? [heading, list] : [];
}

async function suggest(place) {
  const answer = await fetch(new URL("../slugs.json", import.meta.url));
  place.append(...shown(near(asked(location.pathname), await answer.json())));
}

const place = document.querySelector("#near-models");
if (place) {
  suggest(place).catch(() => {}); // where the slugs cannot be had, the page stays as it was
}
