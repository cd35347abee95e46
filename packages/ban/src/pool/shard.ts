/** In how many parts the pool's index of bans is kept: no key is hot, and no value near the limit. */
export const shardCount = 256;

/** The shard of a subject: FNV-1a over its UTF-16 units, so that all nodes agree. */
export function shardOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at += 1) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return ((hash >>> 24) ^ (hash >>> 12) ^ hash) & (shardCount - 1);
}

const name = (shard: number): string => shard.toString(16).padStart(2, '0');

/** The records of a shard. */
export const shardKeys: readonly Uint8Array[] = Array.from({ length: shardCount }, (_, shard) =>
  Buffer.from(`s${name(shard)}`),
);
/** A counter of a shard's changes. */
export const versionKeys: readonly Uint8Array[] = Array.from({ length: shardCount }, (_, shard) =>
  Buffer.from(`v${name(shard)}`),
);
/** The counter of all changes, which every node polls. */
export const changesKey: Uint8Array = Buffer.from('n');
