import type { Cache } from '@ftpd/cache';
import { changesChannel } from './pool-index.ts';

/** How long to wait before the bus is asked again to listen, in ms. */
const retryMs = 1000;

/**
 * Listens for changes of the pool, where the cache carries messages; where it is away, goes on trying.
 * @returns ends it.
 */
export function listenForNews(
  { bus }: Cache,
  { onNews, onGap }: { readonly onNews: () => void; readonly onGap: () => void },
): () => Promise<void> {
  let isOver = false;
  let retry: NodeJS.Timeout | undefined;
  const unlessOver = (tell: () => void) => (): void => {
    if (!isOver) tell();
  };
  const listen = async (isLate: boolean): Promise<(() => void) | undefined> => {
    try {
      const end = await bus?.subscribe(changesChannel, unlessOver(onNews), unlessOver(onGap));
      if (isLate) unlessOver(onNews)();
      if (isOver) end?.();
      return end;
    } catch {
      if (isOver) return undefined;
      retry = setTimeout(() => {
        listening = listen(true);
      }, retryMs).unref();
      return undefined;
    }
  };
  let listening = listen(false);
  return async () => {
    isOver = true;
    clearTimeout(retry);
    (await listening)?.();
  };
}
