/** `work` for each of `list`, at most `width` at a time; answers in the order of the list. */
export async function inTurn<T, R>(
  list: readonly T[],
  width: number,
  work: (one: T, index: number) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = new Array(list.length);
  const open = list.entries();
  const lane = async () => {
    for (const [index, one] of open) answers[index] = await work(one, index);
  };
  await Promise.all(Array.from({ length: Math.min(width, list.length) }, lane));
  return answers;
}
