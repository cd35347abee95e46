import type { Readable, Writable } from 'node:stream';
import { decodeName } from '@ftpd/storage';

/** No password came: the input ended, or it can't be one. */
export class PasswordInputError extends Error {}
/** Ctrl-C at the prompt. */
export class InterruptedError extends Error {}

export type PasswordSource = Readable & {
  readonly isTTY?: boolean;
  setRawMode?: (isRaw: boolean) => unknown;
};

const maxLineBytes = 4096;

/** Reads lines of an input that is given once, as bytes: a password may be of any encoding. */
export function createLineReader(input: Readable): () => Promise<string | undefined> {
  let buffered: Uint8Array = new Uint8Array();
  let hasEnded = false;
  // Not touched before the first line is asked for: a terminal is read otherwise.
  let chunks: AsyncIterator<Buffer> | undefined;
  return async () => {
    chunks ??= input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    for (;;) {
      const newline = buffered.indexOf(0x0a);
      if (newline >= 0 || hasEnded) {
        const isLast = newline < 0;
        if (isLast && buffered.length === 0) return undefined;
        const line = isLast ? buffered : buffered.subarray(0, newline);
        buffered = isLast ? new Uint8Array() : buffered.subarray(newline + 1);
        return decodeName(line);
      }
      if (buffered.length > maxLineBytes) throw new PasswordInputError('the password is too long');
      const chunk = await chunks.next();
      if (chunk.done === true) hasEnded = true;
      else buffered = Buffer.concat([buffered, chunk.value]);
    }
  };
}

/** The keys that end or change what is typed. */
const keys = {
  interrupt: 0x03,
  endOfInput: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  eraseLine: 0x15,
  del: 0x7f,
};

/** Reads lines from a terminal that shows none of them. */
export interface HiddenReader {
  read(prompt: string): Promise<string>;
  /** Gives the terminal back. */
  close(): void;
}

/** The terminal is silent from now until `close`: keys that come before a prompt are not shown either, and not lost. */
export function createHiddenReader(terminal: PasswordSource, output: Writable): HiddenReader {
  const received: number[] = [];
  let wake = (): void => {};
  let hasEnded = false;
  const onData = (chunk: Buffer): void => {
    if (received.length <= maxLineBytes) received.push(...chunk);
    wake();
  };
  const onEnd = (): void => {
    hasEnded = true;
    wake();
  };
  terminal.setRawMode?.(true);
  terminal.on('data', onData);
  terminal.on('end', onEnd);

  async function nextByte(): Promise<number> {
    while (received.length === 0) {
      if (hasEnded) throw new PasswordInputError('no password given');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return received.shift() ?? 0;
  }

  async function readLine(): Promise<string> {
    let typed = Buffer.alloc(0);
    for (;;) {
      const byte = await nextByte();
      if (byte === keys.interrupt) throw new InterruptedError();
      if (byte === keys.carriageReturn || byte === keys.lineFeed) return decodeName(typed);
      if (byte === keys.endOfInput && typed.length === 0) throw new PasswordInputError('no password given');
      if (byte === keys.backspace || byte === keys.del) typed = withoutLastCharacter(typed);
      else if (byte === keys.eraseLine) typed = Buffer.alloc(0);
      else typed = Buffer.concat([typed, Buffer.of(byte)]);
    }
  }

  return {
    async read(prompt) {
      output.write(prompt);
      try {
        return await readLine();
      } finally {
        output.write('\n');
      }
    },
    close() {
      terminal.off('data', onData);
      terminal.off('end', onEnd);
      terminal.setRawMode?.(false);
      terminal.pause();
    },
  };
}

function withoutLastCharacter(typed: Buffer): Buffer<ArrayBuffer> {
  let end = typed.length - 1;
  // The bytes after the first of a UTF-8 character.
  while (end > 0 && ((typed[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return Buffer.from(typed.subarray(0, Math.max(end, 0)));
}

const maxTries = 3;

/**
 * Asks for a password twice, three times at most, until both are the same.
 * @throws {PasswordInputError} when none came. @throws {InterruptedError}
 */
export async function readTwice(
  readOne: (prompt: string) => Promise<string>,
  onMismatch: () => void,
): Promise<string> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const first = await readOne('Password: ');
    if ((await readOne('Re-type password: ')) === first) return first;
    onMismatch();
  }
  throw new PasswordInputError('the passwords do not match');
}
