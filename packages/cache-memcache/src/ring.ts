import { createHash } from 'node:crypto';
import { oneAtATime } from './one-at-a-time.ts';
import { DEFAULT_PORT, type MemcacheServer } from './server-name.ts';

const POINTS_PER_SERVER = 100;
/** With weights: on average, in groups of four that one MD5 gives. */
const POINTS_PER_WEIGHTED_SERVER = 160;
const POINTS_PER_MD5 = 4;

interface Point {
  readonly value: number;
  readonly server: number;
}

/** Which server keeps a key: the number of the server in the list that the ring was made of. */
export type Ring = (hashedKey: Uint8Array) => number;

/**
 * The consistent ring of libmemcached 1.x (MEMCACHED_DISTRIBUTION_CONSISTENT with the default hash), as ProFTPD uses it:
 * 100 points for each server, or weighted ketama over MD5 as soon as one weight is above 1. A lone server keeps all.
 * @param servers - At least one, in the order of the configuration, with host names as they are written there.
 */
export function createRing(servers: readonly MemcacheServer[]): Ring {
  if (servers.length <= 1) return () => 0;
  const isWeighted = servers.some(({ weight = 1 }) => weight > 1);
  const points = isWeighted ? weightedPoints(servers) : servers.flatMap(plainPoints);
  points.sort((a, b) => a.value - b.value || a.server - b.server);
  const values = Uint32Array.from(points, ({ value }) => value);
  const owners = Uint32Array.from(points, ({ server }) => server);
  return (hashedKey) => owners[firstAtLeast(values, oneAtATime(hashedKey))] as number;
}

function plainPoints(server: MemcacheServer, index: number): Point[] {
  return Array.from({ length: POINTS_PER_SERVER }, (_, k) => ({
    value: oneAtATime(pointName(server, k)),
    server: index,
  }));
}

function weightedPoints(servers: readonly MemcacheServer[]): Point[] {
  const total = servers.reduce((sum, { weight = 1 }) => sum + weight, 0);
  return servers.flatMap((server, index) => {
    // libmemcached computes in single precision, and the points are cut down from that.
    const share = Math.fround(Math.fround(server.weight ?? 1) / Math.fround(total));
    const groups = Math.floor(
      Math.fround(
        Math.fround(Math.fround((share * POINTS_PER_WEIGHTED_SERVER) / POINTS_PER_MD5) * servers.length) +
          0.000_000_000_1,
      ),
    );
    return Array.from({ length: groups }, (_, k) => {
      const digest = createHash('md5').update(pointName(server, k)).digest();
      return Array.from({ length: POINTS_PER_MD5 }, (__, part) => ({
        value: digest.readUInt32LE(part * 4),
        server: index,
      }));
    }).flat();
  });
}

function pointName({ host, port = DEFAULT_PORT }: MemcacheServer, k: number): Uint8Array {
  return Buffer.from(port === DEFAULT_PORT ? `${host}-${k}` : `${host}:${port}-${k}`);
}

/** The place of the first value that is not below; past the end it is the first of all. */
function firstAtLeast(values: Uint32Array, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low === values.length ? 0 : low;
}
