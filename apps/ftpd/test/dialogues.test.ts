import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestServer } from '@ftpd/test-services';
import { configuration } from './dialogues/base.ts';
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

function byConfiguration(plays: readonly Play[]): ReadonlyMap<string, readonly Play[]> {
  return Map.groupBy(plays, ({ dialogue }) => (dialogue.config ?? []).join('\n'));
}

const played = servers.map(({ kind, start }) => ({
  kind,
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

describe.each(played)('$kind', ({ start, plays }) => {
  describe.each([...byConfiguration(plays)])('with %j', (extra, group) => {
    let server: TestServer;

    beforeAll(async () => {
      const users = group.map((_, index) => ({ name: `user${index}` }));
      server = await start({ config: configuration(extra === '' ? [] : extra.split('\n')), users });
    });

    afterAll(async () => {
      await server?.stop();
    });

    test.concurrent.for(group.map((play, index) => ({ ...play, index })))(
      '$title',
      async ({ dialogue, isExpectedToFail, index }, context) => {
        const failure = await runDialogue(dialogue, server, `user${index}`);
        if (isExpectedToFail)
          context.expect(failure, 'ours now does what ProFTPD does: remove the difference').toBeDefined();
        else context.expect(failure).toBeUndefined();
      },
    );
  });
});
