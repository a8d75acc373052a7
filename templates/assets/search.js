// Which models some words mean, the nearest first.

const FAR = 3;
const LONGEST = 63;
const SHORTEST = 3;

/** The texts that are searched, made once for an index. */
export function texts(index) {
  const whole = index.slugs.map((slug, row) => `${slug}\n${index.names[row]}\n${index.provider(row)}`.toLowerCase());
  return { whole, squashed: whole.map(squash), tails: index.slugs.map(tail), names: index.names.map((name) => name.toLowerCase()) };
}

/** Words as they are asked for: alternatives by comma, of each every word. */
export function query(words) {
  const asked = words.toLowerCase().split(",").map((part) => part.trim()).filter(Boolean);
  return asked.map((text) => ({
    text,
    tokens: text.split(/\s+/).map((token) => ({ token, bare: squash(token) })),
  }));
}

/** The rows that are meant, the nearest first, then the shortest, then by slug; `admits` leaves others out. */
export function matches(index, prepared, words, admits) {
  const asked = query(words);
  const buckets = Array.from({ length: (FAR + 1) * (LONGEST + 1) }, () => []);
  for (let row = 0; row < index.count; row += 1) {
    if (!admits(row)) continue;
    const distance = asked.length ? nearest(prepared, row, asked) : 0;
    if (distance > FAR) continue;
    const length = asked.length ? Math.min(prepared.tails[row].length, LONGEST) : 0;
    buckets[distance * (LONGEST + 1) + length].push(row);
  }
  return buckets.flat();
}

/** The slugs of the models that words name in any spelling: by slug, by its last part, or by the name people know. */
export function called(index, prepared, words) {
  const bare = squash(words.toLowerCase());
  const rows = index.slugs.map((slug, row) => row).filter((row) =>
    [index.slugs[row], prepared.tails[row], prepared.names[row]].some((text) => squash(text) === bare));
  return rows.map((row) => index.slugs[row]);
}

function nearest(prepared, row, asked) {
  let best = FAR + 1;
  for (const alternative of asked) {
    if (alternative.tokens.every((wanted) => holds(prepared, row, wanted))) {
      best = Math.min(best, distance(prepared, row, alternative.text));
    }
  }
  return best;
}

function holds(prepared, row, { token, bare }) {
  if (prepared.whole[row].includes(token)) return true;
  return bare.length >= SHORTEST && prepared.squashed[row].includes(bare);
}

/** 0 for the model itself, 1 where its name begins so, 2 where a word of it does, 3 for anything else. */
function distance(prepared, row, text) {
  const [tail, name] = [prepared.tails[row], prepared.names[row]];
  if (tail === text || name === text || prepared.whole[row].startsWith(`${text}\n`)) return 0;
  if (tail.startsWith(text) || name.startsWith(text)) return 1;
  return name.includes(` ${text}`) || tail.includes(`-${text}`) ? 2 : FAR;
}

function tail(slug) {
  return slug.slice(slug.lastIndexOf("/") + 1).toLowerCase();
}

function squash(text) {
  return text.replace(/[^\p{L}\p{N}\n]+/gu, "");
}
