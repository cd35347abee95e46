/** One client doing one thing: `act` is called with the numbers from 0 on. */
export interface CacheContestant {
  readonly name: string;
  readonly act: (n: number) => Promise<unknown>;
}

export interface CacheMeasure {
  readonly name: string;
  readonly operationsPerSecond: number;
  readonly p99Ms: number;
  /** Time of this process, user and system. */
  readonly cpuMicrosecondsPerOperation: number;
}

export interface CacheLoad {
  /** Operations under way at once. */
  readonly concurrency: number;
  /** In each round. */
  readonly operations: number;
  readonly rounds: number;
}

async function once(
  { name, act }: CacheContestant,
  { concurrency, operations }: CacheLoad,
): Promise<CacheMeasure> {
  const latencies = new Float64Array(operations);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < operations) {
      const n = next;
      next += 1;
      const begun = performance.now();
      await act(n);
      latencies[n] = performance.now() - begun;
    }
  };
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  latencies.sort();
  return {
    name,
    operationsPerSecond: operations / seconds,
    p99Ms: latencies[Math.floor(operations * 0.99)] as number,
    cpuMicrosecondsPerOperation: (user + system) / operations,
  };
}

const better = (a: CacheMeasure, b: CacheMeasure): CacheMeasure => ({
  name: a.name,
  operationsPerSecond: Math.max(a.operationsPerSecond, b.operationsPerSecond),
  p99Ms: Math.min(a.p99Ms, b.p99Ms),
  cpuMicrosecondsPerOperation: Math.min(a.cpuMicrosecondsPerOperation, b.cpuMicrosecondsPerOperation),
});

/**
 * Lets the contestants take turns, so that what else the machine does meets all of them, and keeps the best of each. One
 * round before counts for nothing.
 */
export async function compareCaches(
  contestants: readonly CacheContestant[],
  load: CacheLoad,
): Promise<readonly CacheMeasure[]> {
  const best = new Map<string, CacheMeasure>();
  for (let round = 0; round <= load.rounds; round += 1)
    for (const contestant of contestants) {
      const measure = await once(contestant, load);
      const known = best.get(measure.name);
      if (round > 0) best.set(measure.name, known === undefined ? measure : better(known, measure));
    }
  return contestants.map(({ name }) => best.get(name) as CacheMeasure);
}
