/** How long a text takes to read. Pure. */

const WORDS_A_MINUTE = 220;
/** Chinese, Japanese and Korean: two characters count as one word, as in the product's own rules. */
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const WORD = /[\p{L}\p{N}]+(?:['’\-.][\p{L}\p{N}]+)*/gu;

/** Words of the prose and the code of a Markdown text. */
export function countWords(markdown: string): number {
  const cjk = markdown.match(CJK)?.length ?? 0;
  const words = markdown.replace(CJK, " ").match(WORD)?.length ?? 0;
  return words + Math.round(cjk / 2);
}

/** Whole minutes, at least one. */
export function readingMinutes(markdown: string): number {
  return Math.max(1, Math.round(countWords(markdown) / WORDS_A_MINUTE));
}
