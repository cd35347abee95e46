/** What has come over a connection, which is looked at again only when it can be more than before. */
export interface ReceivedBytes {
  readonly byteCount: number;
  /** @returns all that has come, once that is as much as `wait` asked for; else undefined. */
  add(chunk: Uint8Array): Uint8Array | undefined;
  /** @param atLeast - Bytes from the beginning on. */
  wait(atLeast: number): void;
}

export function createReceivedBytes(): ReceivedBytes {
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  let wanted = 0;
  return {
    get byteCount() {
      return byteCount;
    },
    add(chunk) {
      chunks.push(chunk);
      byteCount += chunk.length;
      if (byteCount < wanted) return undefined;
      const all = Buffer.concat(chunks);
      chunks.splice(0, chunks.length, all);
      return all;
    },
    wait(atLeast) {
      wanted = atLeast;
    },
  };
}
