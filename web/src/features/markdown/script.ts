/** The language of a text as far as its script tells it: BCP 47 for Chinese, Japanese, Korean, else nothing. */
export function languageByScript(text: string): "zh" | "ja" | "ko" | undefined {
  const sample = text.slice(0, 2000);
  const share = (script: RegExp) => (sample.match(script)?.length ?? 0) / Math.max(sample.length, 1);
  if (share(/\p{Script=Hangul}/gu) > 0.1) return "ko";
  if (share(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu) > 0.05) return "ja";
  return share(/\p{Script=Han}/gu) > 0.1 ? "zh" : undefined;
}
