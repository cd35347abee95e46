import { Duplex, PassThrough } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openLineChannel } from './line-channel.ts';

/** Both directions of a channel, and what came of what was received. */
function setUp(maxLineBytes = 1000) {
  const received = new PassThrough();
  const sent = new PassThrough();
  const messages: unknown[] = [];
  const ends: string[] = [];
  const channel = openLineChannel(Duplex.from({ readable: received, writable: sent }), {
    maxLineBytes,
    onMessage: (value) => messages.push(value),
    onEnd: (reason) => ends.push(reason),
  });
  const feed = async (chunks: readonly (string | Uint8Array)[]): Promise<void> => {
    for (const chunk of chunks) received.write(chunk);
    for (let turn = 0; turn < 4 + chunks.length; turn += 1) await new Promise(setImmediate);
  };
  return { channel, feed, received, sent, messages, ends };
}

const values = [{ type: 'ask', name: 'é\ud800' }, 'line\nfeed', [1, null], {}];
const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

describe('a channel of lines', () => {
  it.each([
    ['whole', [bytes]],
    ['byte by byte', [...bytes].map((byte) => Uint8Array.of(byte))],
    ['with a part of the next', [bytes, '{"type":']],
  ])('gives messages that come %s', async (_how, chunks) => {
    const { feed, messages } = setUp();
    await feed(chunks);
    expect(messages).toEqual(values);
  });

  it('gives undefined for a line that is no JSON, and goes on', async () => {
    const { feed, messages } = setUp();
    await feed(['{]\n1\n']);
    expect(messages).toEqual([undefined, 1]);
  });

  it.each([['"aaaaaaaaaa"\n'], ['"aaaaaaaaaa']])('ends at a line that is too long: %j', async (text) => {
    const { feed, messages, ends } = setUp(8);
    await feed(['1\n', text, '2\n']);
    expect(messages).toEqual([1]);
    expect(ends).toEqual(['line-too-long']);
  });

  it('tells once that the other side is gone', async () => {
    const { feed, received, ends } = setUp();
    received.end();
    await feed([]);
    expect(ends).toEqual(['closed']);
  });

  it('sends what the other side gives back, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { maxLength: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async (all, size) => {
          const from = setUp();
          for (const value of all) from.channel.send(value);
          const text: Buffer = (from.sent.read() as Buffer | null) ?? Buffer.alloc(0);
          const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
            text.subarray(index * size, (index + 1) * size),
          );
          const to = setUp(1_000_000);
          await to.feed(chunks);
          expect(to.messages).toEqual(JSON.parse(JSON.stringify(all)));
        },
      ),
      { numRuns: 50 },
    );
  });
});
