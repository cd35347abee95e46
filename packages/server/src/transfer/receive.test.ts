import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { useSocketPairs } from '../../test/socket-pair.ts';
import { createBufferPool } from './buffer-pool.ts';
import { receive } from './receive.ts';

const pool = createBufferPool(64 * 1024 * 1024);
const noPool = createBufferPool(0);
const pair = useSocketPairs();

describe('receive', () => {
  it('hands all bytes to the sink in order, however they come', async () => {
    const { accepted, client } = await pair();
    const sent = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));
    const received: Buffer[] = [];
    let counted = 0;
    const sink = async (chunks: readonly Uint8Array[]): Promise<void> => {
      for (const chunk of chunks) received.push(Buffer.from(chunk));
    };
    client.write(sent.subarray(0, 5));
    client.write(sent.subarray(5, 1_000_000));
    client.end(sent.subarray(1_000_000));
    await receive(sink, accepted, (count) => (counted += count), undefined, pool);
    expect(Buffer.concat(received).equals(sent)).toBe(true);
    expect(counted).toBe(sent.length);
  });

  it('gives the memory of chunks back when it is written, not before', async () => {
    const { accepted, client } = await pair();
    const buffers: ArrayBufferLike[] = [];
    const whole: boolean[] = [];
    const sink = async (chunks: readonly Uint8Array[]): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      whole.push(chunks.every((chunk) => chunk.length > 0 && !(chunk.buffer as ArrayBuffer).detached));
      for (const { buffer } of chunks) if (buffer.byteLength === 65_536) buffers.push(buffer);
    };
    client.end(Buffer.alloc(4_000_000));
    await receive(sink, accepted, () => {}, undefined, noPool);
    expect(whole).not.toContain(false);
    expect(buffers.length).toBeGreaterThan(0);
    expect(buffers.every((buffer) => (buffer as ArrayBuffer).detached)).toBe(true);
  });

  it('is done with a stream that had ended before, and with nothing in it', async () => {
    const { accepted, client } = await pair();
    client.end();
    accepted.resume();
    await once(accepted, 'close');
    await expect(
      receive(
        async () => {},
        accepted,
        () => {},
        undefined,
        pool,
      ),
    ).resolves.toBeUndefined();
  });

  it('fails with what the sink throws', async () => {
    const { accepted, client } = await pair();
    const full = new Error('full');
    client.end(Buffer.alloc(100_000));
    await expect(
      receive(
        () => Promise.reject(full),
        accepted,
        () => {},
        undefined,
        pool,
      ),
    ).rejects.toBe(full);
  });
});
