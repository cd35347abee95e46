import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  ControlClient,
  makeTree,
  openData,
  PASSWORD,
  until,
  type ServerReply,
  type TestServer,
} from '@ftpd/test-services';
import type { Dialogue, DownloadExpectation, Step, TextPattern } from './dialogue.ts';
import { effectComplaints } from './effects.ts';
import { normaliseListing, normaliseMachineListing, normaliseNames } from './normalise.ts';

class Mismatch extends Error {}

function check(isRight: boolean, complaint: () => string): void {
  if (!isRight) throw new Mismatch(complaint());
}

function checkReply(reply: ServerReply, code: number, text?: TextPattern): void {
  check(reply.code === code, () => `expected ${code}, got ${reply.code} ${reply.text}`);
  if (text === undefined) return;
  const isRight = typeof text === 'string' ? reply.lines[0] === text : text.test(reply.text);
  check(isRight, () => `expected the text ${String(text)}, got ${JSON.stringify(reply.text)}`);
}

function checkDownload(bytes: Buffer, expected: DownloadExpectation): void {
  if ('pattern' in expected) {
    check(
      expected.pattern.test(bytes.toString()),
      () => `expected ${String(expected.pattern)}, got ${JSON.stringify(bytes.toString())}`,
    );
    return;
  }
  if ('bytes' in expected) {
    check(
      bytes.equals(Buffer.from(expected.bytes as string)),
      () => `got the bytes ${JSON.stringify(bytes.toString('latin1'))}`,
    );
    return;
  }
  const text = bytes.toString();
  const [wanted, got] =
    'listing' in expected
      ? [expected.listing, normaliseListing(text)]
      : 'names' in expected
        ? [expected.names.toSorted(), normaliseNames(text)]
        : [expected.facts.toSorted(), normaliseMachineListing(text)];
  check(
    isDeepStrictEqual(got, wanted),
    () => `expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`,
  );
}

type Fill = (line: string) => string;

async function transfer(
  control: ControlClient,
  step: Step & { readonly kind: 'download' | 'upload' },
  fill: Fill,
): Promise<void> {
  const data = await openData(control, step.via);
  try {
    control.send(fill(step.line));
    checkReply(await control.reply(), 150, step.opening);
    if (step.kind === 'upload') await data.upload(step.bytes);
    else checkDownload(await data.download(), step.expected);
    if (step.end === 'closed') await control.closed();
    else checkReply(await control.reply(), step.end ?? 226);
  } finally {
    data.destroy();
  }
}

async function perform(control: ControlClient, step: Step, fill: Fill): Promise<void> {
  switch (step.kind) {
    case 'send':
      control.send(typeof step.line === 'string' ? fill(step.line) : step.line);
      checkReply(await control.reply(), step.code, step.text);
      return;
    case 'raw':
      control.sendRaw(step.bytes);
      for (const code of step.codes) checkReply(await control.reply(), code);
      return;
    case 'refused': {
      const data = await openData(control);
      try {
        control.send(fill(step.line));
        checkReply(await control.reply(), step.code, step.text);
      } finally {
        data.destroy();
      }
      return;
    }
    case 'closed':
      await control.closed();
      return;
    case 'download':
    case 'upload':
      await transfer(control, step, fill);
  }
}

/** Whether the server has closed the connection already. */
function endsClosed(step: Step | undefined): boolean {
  return step?.kind === 'closed' || (step?.kind === 'download' && step.end === 'closed');
}

const EFFECT_MS = 2_000;

/** Both servers may still be closing a file when the last reply is out. */
async function checkEffects(root: string, leaves: Dialogue['leaves']): Promise<void> {
  if (leaves === undefined) return;
  let found: readonly string[] = ['what is left cannot be read'];
  await until(() => (found = effectComplaints(root, leaves)).length === 0, EFFECT_MS, 'effects').catch(
    () => undefined,
  );
  check(found.length === 0, () => found.join('; '));
}

/**
 * Plays the dialogue as `user` and ends with QUIT, so that a reply too many is noticed.
 * @returns undefined when the server did all that is expected; otherwise what it did, with the whole conversation.
 */
export async function runDialogue(
  given: Dialogue,
  server: TestServer,
  user: string,
  port: number = server.port,
): Promise<string | undefined> {
  const home = given.home === undefined ? server.home(user) : join(server.folder, given.home);
  const fill: Fill = (line) => line.replaceAll('{home}', home).replaceAll('{user}', user);
  makeTree(home, given.files ?? {});
  const { login = { user, password: PASSWORD }, host = '127.0.0.1', steps } = given;
  const control = await ControlClient.connect({ host, port });
  try {
    await control.expect(220);
    if (login !== false) {
      await control.ask(`USER ${login.user}`, 331);
      await control.ask(`PASS ${login.password}`, 230);
    }
    for (const step of steps) await perform(control, step, fill);
    if (!endsClosed(steps.at(-1))) await control.quit();
    await checkEffects(home, given.leaves);
    return undefined;
  } catch (error) {
    return `${(error as Error).message}\n${control.transcript.join('\n')}`;
  } finally {
    control.destroy();
  }
}
