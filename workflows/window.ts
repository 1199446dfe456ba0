import { CancellationScope } from '@temporalio/workflow';

/**
 * Maps items to results, at most `width` at once, in the items' order. The first failure cancels what is in flight and is thrown:
 * what had finished stays finished, for every activity keeps its own results.
 */
export async function mapWindow<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  await CancellationScope.cancellable(async () => {
    const lane = async (): Promise<void> => {
      while (next < items.length) {
        const index = next;
        next += 1;
        results[index] = await work(items[index] as Item, index);
      }
    };
    try {
      await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
    } catch (error) {
      CancellationScope.current().cancel();
      throw error;
    }
  });
  return results;
}
