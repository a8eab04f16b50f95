/** Finding by a few letters of a few words: "nx ta" finds "Next task". */

/** Letters without accents and case. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

const wordsOf = (text: string): readonly string[] => plain(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");

/** How well one word that was typed fits: the start of a word best, letters in the same order worst; 0 for not at all. */
function fit(typed: string, words: readonly string[], whole: string): number {
  const at = words.findIndex((word) => word.startsWith(typed));
  if (at === 0) return words[0] === typed ? 12 : 10;
  if (at > 0) return words[at] === typed ? 9 : 8;
  if (typed.length > 1 && whole.includes(typed)) return 5;
  return words.some((word) => word.startsWith(typed[0] ?? " ") && inOrder(typed, word)) ? 2 : 0;
}

function inOrder(letters: string, text: string): boolean {
  let from = 0;
  return [...letters].every((letter) => {
    from = text.indexOf(letter, from) + 1;
    return from > 0;
  });
}

/** The sum over all words typed; 0 as soon as one does not fit. */
export function score(typed: string, text: string): number {
  const words = wordsOf(text);
  const whole = plain(text);
  let sum = 0;
  for (const word of wordsOf(typed)) {
    const one = fit(word, words, whole);
    if (one === 0) return 0;
    sum += one;
  }
  return sum;
}

/** What fits, the best first, of equals the earlier; everything as it was when nothing was typed. */
export function found<T>(typed: string, all: readonly T[], textOf: (each: T) => string): readonly T[] {
  if (wordsOf(typed).length === 0) return typed.trim() === "" ? all : [];
  return all
    .map((each, index) => ({ each, index, score: score(typed, textOf(each)) }))
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .map(({ each }) => each);
}
