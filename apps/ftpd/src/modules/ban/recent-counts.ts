/** How often something happened of late, as this node knows it. */
export interface RecentCount {
  readonly event: string;
  /** The address, user or class. */
  readonly source: string;
  readonly count: number;
  readonly limit: number;
  /** When it is counted from 0 again, ms since the epoch. */
  readonly endMs: number;
  /** The server where it happened. */
  readonly serverId: number;
}

export interface RecentCounts {
  note(count: Omit<RecentCount, 'endMs'>, windowMs: number, nowMs: number): void;
  /** Those whose window is not over, the oldest first. */
  list(nowMs: number): readonly RecentCount[];
}

/** @param maxCounts - Beyond it the oldest are forgotten: who floods us must not fill the memory. */
export function createRecentCounts(maxCounts = 1000): RecentCounts {
  const counts = new Map<string, RecentCount>();
  return {
    note(count, windowMs, nowMs) {
      const key = JSON.stringify([count.event, count.source, count.serverId]);
      const known = counts.get(key);
      // The window begins with the first event.
      const isSame = known !== undefined && known.endMs > nowMs && known.count <= count.count;
      if (!isSame) counts.delete(key);
      counts.set(key, { ...count, endMs: isSame ? known.endMs : nowMs + windowMs });
      const [oldest] = counts.keys();
      if (counts.size > maxCounts && oldest !== undefined) counts.delete(oldest);
    },
    list: (nowMs) => [...counts.values()].filter(({ endMs }) => endMs > nowMs),
  };
}
