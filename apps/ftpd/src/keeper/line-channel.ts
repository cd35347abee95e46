import type { Duplex } from 'node:stream';

/** Messages between keeper and server: JSON, one a line. */
export interface LineChannel<Message> {
  send(message: Message): void;
  /** Bytes that the other side has not taken yet. */
  readonly waitingBytes: number;
  close(): void;
}

export interface LineChannelOptions {
  /** Of the other side's lines; a longer one breaks the channel. */
  readonly maxLineBytes: number;
  /** Anything that JSON can say; `undefined` for a line that is none. */
  readonly onMessage: (value: unknown) => void;
  /** Once: the other side is gone, or broke the rules. */
  readonly onEnd: (reason: 'closed' | 'line-too-long') => void;
}

const newline = 0x0a;

export function openLineChannel<Message>(
  stream: Duplex,
  { maxLineBytes, onMessage, onEnd }: LineChannelOptions,
): LineChannel<Message> {
  let parts: Buffer[] = [];
  let partBytes = 0;
  let hasEnded = false;

  function end(reason: 'closed' | 'line-too-long'): void {
    if (hasEnded) return;
    hasEnded = true;
    parts = [];
    stream.destroy();
    onEnd(reason);
  }

  function take(line: Buffer): void {
    let value: unknown;
    try {
      value = JSON.parse(line.toString('utf8'));
    } catch {
      value = undefined;
    }
    onMessage(value);
  }

  stream.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1 && !hasEnded; at = chunk.indexOf(newline, from)) {
      parts.push(chunk.subarray(from, at));
      partBytes += at - from;
      from = at + 1;
      const line = Buffer.concat(parts);
      parts = [];
      partBytes = 0;
      if (line.length > maxLineBytes) end('line-too-long');
      else take(line);
    }
    if (hasEnded || from === chunk.length) return;
    parts.push(chunk.subarray(from));
    partBytes += chunk.length - from;
    if (partBytes > maxLineBytes) end('line-too-long');
  });
  stream.on('error', () => end('closed'));
  stream.on('close', () => end('closed'));
  stream.on('end', () => end('closed'));

  return {
    get waitingBytes() {
      return stream.writableLength;
    },
    send(message) {
      if (!hasEnded) stream.write(`${JSON.stringify(message)}\n`);
    },
    close() {
      hasEnded = true;
      stream.destroy();
    },
  };
}
