/** Runs `use` for every item, at the most `limit` at a time. The first failure ends it. */
export async function forEachBounded<T>(
  items: readonly T[],
  limit: number,
  use: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const takeOn = async (): Promise<void> => {
    for (const item of rest) await use(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, takeOn));
}
