/** Where a page of the list begins after one row left it: the last page may have become empty. */
export function offsetAfter(offset: number, limit: number, totalLeft: number): number {
  if (offset < totalLeft) return offset;
  return Math.max(0, Math.ceil(totalLeft / limit) - 1) * limit;
}
