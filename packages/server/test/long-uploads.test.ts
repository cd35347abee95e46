import { once } from 'node:events';
import {
  makeCertificates,
  nodeProgram,
  removeFolder,
  runProgram,
  temporaryFolder,
} from '@ftpd/test-services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBufferPool, type BufferPool } from '../src/transfer/buffer-pool.ts';
import { receive } from '../src/transfer/receive.ts';
import type { LongUploadReport } from './long-upload-node.ts';
import { useSocketPairs } from './socket-pair.ts';

const program = new URL('long-upload-node.ts', import.meta.url).pathname;
let folder: string;
let files: Awaited<ReturnType<typeof makeCertificates>>;
const pair = useSocketPairs();

beforeAll(async () => {
  folder = temporaryFolder('long-uploads-');
  files = await makeCertificates(folder);
});
afterAll(() => removeFolder(folder));

/** A pool that notes what comes back. */
function notingPool(maxBytes = 64 * 1024 * 1024): { pool: BufferPool; givenBack: boolean[] } {
  const pool = createBufferPool(maxBytes);
  const givenBack: boolean[] = [];
  return {
    givenBack,
    pool: {
      take: (expectedBytes, big) => pool.take(expectedBytes, big),
      giveBack: (buffers, areReusable) => {
        givenBack.push(areReusable);
        pool.giveBack(buffers, areReusable);
      },
    },
  };
}

describe.each([
  ['22', nodeProgram(22)],
  ['24', process.execPath],
  ['26', nodeProgram(26)],
])('a long upload with Node.js %s', (_version, node) => {
  it('is read into buffers of the pool, in the clear and over TLS, and nothing of it is lost', async () => {
    const words = ['--conditions=@ftpd/source', '--disable-warning=ExperimentalWarning', program];
    const { code, output } = await runProgram(node, [...words, files.serverCert, files.serverKey]);
    expect(output).toContain('isSame');
    expect(code).toBe(0);
    const reports = JSON.parse(output) as Record<'clear' | 'tls', LongUploadReport>;
    for (const { isSame, inSlabs, chunks } of [reports.clear, reports.tls]) {
      expect(isSame).toBe(true);
      expect(inSlabs).toBeGreaterThan(chunks / 10);
      expect(inSlabs).toBeGreaterThan(5);
    }
  });
});

describe('the buffers of a long upload', () => {
  const sent = Buffer.alloc(6_000_000, 'abcdefg');

  it('go back when the connection is closed, not before', async () => {
    const { accepted, client } = await pair();
    const { pool, givenBack } = notingPool();
    client.end(sent);
    accepted.allowHalfOpen = true;
    await receive(
      async () => {},
      accepted,
      () => {},
      undefined,
      pool,
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(givenBack).toEqual([]);
    accepted.destroy();
    await once(accepted, 'close');
    expect(givenBack).toEqual([true]);
  });

  it('are not used again when a write of them failed', async () => {
    const { accepted, client } = await pair();
    const { pool, givenBack } = notingPool();
    client.end(sent);
    let bytes = 0;
    const sink = async (chunks: readonly Uint8Array[]): Promise<void> => {
      for (const { length } of chunks) bytes += length;
      if (bytes > 4_000_000) throw new Error('full');
    };
    await expect(receive(sink, accepted, () => {}, undefined, pool)).rejects.toThrow('full');
    accepted.destroy();
    await once(accepted, 'close');
    expect(givenBack).toEqual([false]);
  });

  it('are not taken where the pool has none to spare', async () => {
    const { accepted, client } = await pair();
    const { pool } = notingPool(1);
    client.end(sent);
    const received: Buffer[] = [];
    const sink = async (chunks: readonly Uint8Array[]): Promise<void> => {
      for (const chunk of chunks) received.push(Buffer.from(chunk));
    };
    await receive(sink, accepted, () => {}, undefined, pool);
    expect(Buffer.concat(received).equals(sent)).toBe(true);
  });

  it('hold no more than a few MiB when the storage stands still', async () => {
    const { accepted, client } = await pair();
    const { pool } = notingPool();
    const all = Buffer.alloc(64 * 1024 * 1024);
    client.end(all);
    let bytes = 0;
    let goOn: (() => void) | undefined;
    const standing = Promise.withResolvers<void>();
    const sink = async (chunks: readonly Uint8Array[]): Promise<void> => {
      for (const { length } of chunks) bytes += length;
      if (goOn || bytes < 3_000_000) return;
      await new Promise<void>((resolve) => {
        goOn = resolve;
        standing.resolve();
      });
    };
    const received = receive(sink, accepted, () => {}, undefined, pool);
    await standing.promise;
    // Paused, the count stands still from one look to the next.
    let seen = -1;
    while (seen !== accepted.bytesRead) {
      seen = accepted.bytesRead;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(seen - bytes).toBeLessThan(2_300_000);
    goOn!();
    await received;
    expect(bytes).toBe(all.length);
  });
});
