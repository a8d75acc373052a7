/**
 * How many tokens a text can come to where nothing counts them: the law of `ratecard.requests.tokens`.
 *
 * A tokenizer that falls back to single bytes never needs more tokens than the text has bytes, and the usual ones
 * split a text at blanks first, so that every word with a letter or a digit takes a token of its own.
 */

/** What Python takes for a blank. */
const BLANKS = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;
const WORD = /[\p{L}\p{N}]/u;
const BOUNDS = "at least one token a word, at most one a byte";

/** At least, expected and at most, and why. */
export function tokensOf(texts, bytesPerToken) {
  const sum = (measure) => texts.reduce((whole, text) => whole + measure(text), 0);
  const [least, most] = [sum(wordsOf), sum(bytesOf)];
  const expected = Math.max(least, Math.min(Math.ceil(most / bytesPerToken), most));
  return { least, expected, most, why: `no tokenizer runs in this page: ${BOUNDS}, about ${bytesPerToken} bytes a token expected` };
}

function wordsOf(text) {
  return text.split(BLANKS).filter((word) => WORD.test(word)).length;
}

function bytesOf(text) {
  return new TextEncoder().encode(text).length;
}
