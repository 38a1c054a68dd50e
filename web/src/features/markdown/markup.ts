/** A tag other than a line break; `<<interface>>` of class diagrams is none, and neither is an arrow. */
const TAG = /(?<!<)<\/?(?!br\b)[a-z][^<>]*>?/i;

/** Whether a diagram's source has HTML in it. */
export function holdsHtml(source: string): boolean {
  return TAG.test(source);
}
