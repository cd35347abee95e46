import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import {
  createHiddenReader,
  createLineReader,
  InterruptedError,
  PasswordInputError,
  readTwice,
} from './password-input.ts';

function terminal(): { input: PassThrough; output: Writable; shown: () => string; isRaw: () => boolean } {
  let shown = '';
  let isRaw = false;
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (raw: boolean) => (isRaw = raw),
  });
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      shown += chunk.toString();
      done();
    },
  });
  return { input, output, shown: () => shown, isRaw: () => isRaw };
}

async function typed(keys: string | Buffer): Promise<string> {
  const { input, output } = terminal();
  const reader = createHiddenReader(input, output);
  input.write(keys);
  try {
    return await reader.read('Password: ');
  } finally {
    reader.close();
  }
}

it.each([
  ['secret\r', 'secret'],
  ['secret\n', 'secret'],
  ['secrex\x7ft\r', 'secret'],
  ['sé\b\b\bok\r', 'ok'],
  ['wrong\x15right\r', 'right'],
  ['\r', ''],
  [Buffer.from([0xe9, 0x0d]), '\udce9'],
])('the keys %j are the password %j', async (keys, password) => {
  expect(await typed(keys)).toBe(password);
});

it('Ctrl-C interrupts, Ctrl-D and a closed terminal give no password', async () => {
  await expect(typed('sec\x03')).rejects.toThrow(InterruptedError);
  await expect(typed('\x04')).rejects.toThrow(PasswordInputError);
  const { input, output } = terminal();
  const reader = createHiddenReader(input, output);
  input.end('half');
  await expect(reader.read('')).rejects.toThrow('no password given');
});

it('shows prompts only, loses no key that came early, and gives the terminal back', async () => {
  const { input, output, shown, isRaw } = terminal();
  const reader = createHiddenReader(input, output);
  input.write('first\rsecond\r');
  expect(isRaw()).toBe(true);
  expect([await reader.read('One: '), await reader.read('Two: ')]).toEqual(['first', 'second']);
  expect(shown()).toBe('One: \nTwo: \n');
  reader.close();
  expect(isRaw()).toBe(false);
});

it('lines of standard input are read one by one, whatever the chunks', async () => {
  const input = new PassThrough();
  const read = createLineReader(input);
  for (const chunk of ['fi', 'rst\nsec', 'ond\n\nla', 'st']) input.write(chunk);
  input.end();
  expect([await read(), await read(), await read(), await read(), await read()]).toEqual([
    'first',
    'second',
    '',
    'last',
    undefined,
  ]);
});

it('a line without an end is not read for ever', async () => {
  const input = new PassThrough();
  input.write('x'.repeat(10_000));
  await expect(createLineReader(input)()).rejects.toThrow('the password is too long');
});

it('asks again when the two differ, three times at most', async () => {
  const answers = ['a', 'b', 'c', 'c'];
  let mismatches = 0;
  const ask = () =>
    readTwice(
      () => Promise.resolve(answers.shift() ?? ''),
      () => (mismatches += 1),
    );
  expect(await ask()).toBe('c');
  expect(mismatches).toBe(1);
  answers.push('a', 'b', 'a', 'b', 'a', 'b', 'c', 'c');
  await expect(ask()).rejects.toThrow('the passwords do not match');
});
