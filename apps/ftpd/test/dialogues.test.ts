import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestServer } from '@ftpd/test-services';
import { describeBeside } from './beside.ts';
import { configurationOfHosts } from './dialogues/base.ts';
import type { Dialogue } from './dialogues/dialogue.ts';
import { differences } from './dialogues/differences.ts';
import { runDialogue } from './dialogues/run-dialogue.ts';
import { dialogues } from './dialogues/table.ts';
import { servers } from './servers.ts';

/** A dialogue to play, and what must come of it. */
interface Play {
  readonly title: string;
  readonly dialogue: Dialogue;
  readonly isExpectedToFail: boolean;
}

function asProftpd(dialogue: Dialogue): readonly Play[] {
  return [{ title: dialogue.name, dialogue, isExpectedToFail: false }];
}

/** A listed difference is played twice: as listed, and as ProFTPD, which must fail or the list is out of date. */
function asOurs(dialogue: Dialogue): readonly Play[] {
  const difference = differences[dialogue.name];
  if (difference === undefined) return asProftpd(dialogue);
  return [
    {
      title: `${dialogue.name} (differs: ${difference.reason})`,
      dialogue: { ...dialogue, ...difference.ours },
      isExpectedToFail: false,
    },
    { title: `${dialogue.name} (still differs)`, dialogue, isExpectedToFail: true },
  ];
}

/** The sets of directives of these dialogues, the base configuration first. */
function directiveSets(plays: readonly Play[]): readonly string[] {
  return [...new Set(['', ...plays.map(({ dialogue }) => setOf(dialogue))])];
}

function setOf({ config = [] }: Dialogue): string {
  return config.join('\n');
}

const played = servers.map(({ kind, name, start }) => ({
  name,
  start,
  plays: dialogues.flatMap(kind === 'proftpd' ? asProftpd : asOurs),
}));

describe('the table of dialogues', () => {
  test('holds at least 150 dialogues', () => {
    expect(dialogues.length).toBeGreaterThanOrEqual(150);
  });

  test('names every dialogue once', () => {
    expect(new Set(dialogues.map(({ name }) => name)).size).toBe(dialogues.length);
  });

  test('has a dialogue for every listed difference', () => {
    const known = new Set(dialogues.map(({ name }) => name));
    expect(Object.keys(differences).filter((name) => !known.has(name))).toEqual([]);
  });
});

describeBeside(played)('$name', ({ start, plays }) => {
  const sets = directiveSets(plays);
  let server: TestServer;

  beforeAll(async () => {
    server = await start({
      config: configurationOfHosts(sets.map((set) => set.split('\n'))),
      portCount: sets.length,
      users: plays.map((_, index) => ({ name: `user${index}` })),
    });
  });

  afterAll(async () => {
    await server?.stop();
  });

  test.concurrent.for(plays.map((play, index) => ({ ...play, index })))(
    '$title',
    async ({ dialogue, isExpectedToFail, index }, context) => {
      const port = server.ports[sets.indexOf(setOf(dialogue))] as number;
      const failure = await runDialogue(dialogue, server, `user${index}`, port);
      if (isExpectedToFail) {
        context.expect(failure, 'ours now does what ProFTPD does: remove the difference').toBeDefined();
      } else context.expect(failure).toBeUndefined();
    },
  );
});
