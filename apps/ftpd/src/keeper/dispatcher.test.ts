import { closeSync, fstatSync, openSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Composition } from '../composition.ts';
import type { SystemAccounts } from '../policy/system-accounts.ts';
import { createDispatcher, type Asked, type Outcome } from './dispatcher.ts';
import { KeeperError } from './keeper-error.ts';
import type { KeeperContext, KeeperRequest } from './request.ts';
import { keeperRequests } from './requests/index.ts';
import { tlsFileStampsRequest } from './requests/tls-files.ts';

const isEmptyObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

const row = (
  name: string,
  handle: KeeperRequest<unknown, unknown>['handle'],
  more: Partial<KeeperRequest<unknown, unknown>> = {},
): KeeperRequest<unknown, unknown> => ({
  name,
  deadlineMs: 60_000,
  check: (input) => {
    if (typeof input !== 'string') throw new KeeperError('KEEPER_BAD_REQUEST', 'no text');
    return input;
  },
  handle,
  ...more,
});

const never = (): Promise<never> => new Promise(() => {});

/** A dispatcher, what it logged, and the answers by the id of the request. */
function setUp(requests: readonly KeeperRequest<unknown, unknown>[]) {
  const logged: string[] = [];
  const answers = new Map<number, Outcome>();
  const waiting = new Map<number, (outcome: Outcome) => void>();
  const dispatcher = createDispatcher({
    requests,
    context: () => ({
      composition: { scopes: [], moduleContext: { everywhere: () => [] } } as unknown as Composition,
      system: { user: () => undefined } as unknown as SystemAccounts,
    }),
    log: (_level, text) => logged.push(text),
    answer: (id, outcome) => {
      answers.set(id, outcome);
      waiting.get(id)?.(outcome);
    },
  });
  let lastId = 0;
  const ask = (name: string, input: unknown): Promise<Outcome> => {
    lastId += 1;
    const id = lastId;
    const answered = new Promise<Outcome>((resolve) => waiting.set(id, resolve));
    dispatcher.take({ id, name, input });
    return answered;
  };
  return { dispatcher, ask, answers, logged };
}

const codeOf = (outcome: Outcome): string => ('error' in outcome ? outcome.error.code : 'answered');

describe('requests of the server', () => {
  it('are answered with what their row says', async () => {
    const { ask } = setUp([row('echo', async (input) => ({ value: input }))]);
    expect(await ask('echo', 'text')).toMatchObject({ value: 'text' });
  });

  it.each([
    ['nothing', 'text', 'KEEPER_UNKNOWN_REQUEST'],
    ['__proto__', 'text', 'KEEPER_UNKNOWN_REQUEST'],
    ['echo', 1, 'KEEPER_BAD_REQUEST'],
    ['echo', undefined, 'KEEPER_BAD_REQUEST'],
    ['forbidden', 'text', 'KEEPER_REFUSED'],
    ['failing', 'text', 'KEEPER_FAILED'],
  ])('%s with %j is %s, and logged', async (name, input, code) => {
    const { ask, logged } = setUp([
      row('echo', async (value) => ({ value })),
      row('forbidden', async () => {
        throw new KeeperError('KEEPER_REFUSED', '/etc/shadow');
      }),
      row('failing', async () => {
        throw new Error('the disk is gone');
      }),
    ]);
    expect(codeOf(await ask(name, input))).toBe(code);
    expect(logged).toHaveLength(1);
  });

  it('are refused when more are under way than the row allows', async () => {
    const { ask } = setUp([row('slow', never, { maxParallel: 2 })]);
    void ask('slow', '1');
    void ask('slow', '2');
    expect(codeOf(await ask('slow', '3'))).toBe('KEEPER_BUSY');
  });

  it('hear of a deadline, and what comes later is closed', async () => {
    let finish: (descriptors: readonly number[]) => void = () => {};
    const late = new Promise<readonly number[]>((resolve) => {
      finish = resolve;
    });
    let hasEnded = false;
    const { ask } = setUp([
      row(
        'late',
        async (_input, { signal }) => {
          signal.addEventListener('abort', () => {
            hasEnded = true;
          });
          return { value: 'late', descriptors: await late };
        },
        { deadlineMs: 10 },
      ),
    ]);
    expect(codeOf(await ask('late', ''))).toBe('KEEPER_TIMEOUT');
    expect(hasEnded).toBe(true);
    const descriptor = openSync('/dev/null', 'r');
    finish([descriptor]);
    await new Promise(setImmediate);
    expect(() => fstatSync(descriptor)).toThrow(/EBADF/);
  });

  it('have their descriptors closed once they are sent', async () => {
    const descriptor = openSync('/dev/null', 'r');
    const { ask } = setUp([row('open', async () => ({ value: '', descriptors: [descriptor] }))]);
    expect(await ask('open', '')).toMatchObject({ descriptors: [descriptor] });
    await new Promise(setImmediate);
    expect(() => fstatSync(descriptor)).toThrow(/EBADF/);
  });

  it('end what they left open when the server ends', async () => {
    const ended: string[] = [];
    const open = async (input: unknown, { whenServerEnds }: KeeperContext) => {
      const forget = whenServerEnds(() => ended.push(String(input)));
      if (input === 'closed') forget();
      return { value: '' };
    };
    const { dispatcher, ask } = setUp([row('open', open)]);
    await ask('open', 'kept');
    await ask('open', 'closed');
    dispatcher.end();
    expect(ended).toEqual(['kept']);
  });

  it('are logged a hundred times and no more', async () => {
    const { ask, logged } = setUp([]);
    for (let count = 0; count < 300; count += 1) await ask('garbage', count);
    expect(logged.length).toBeLessThanOrEqual(101);
  });

  it('reach no row of the keeper when they are garbage', async () => {
    const names = keeperRequests.map(({ name }) => name);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names, 'none'),
        fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom('user', 'path', 'name', 'id'), fc.anything())),
        async (name, input) => {
          // It takes no input, so that this is no garbage.
          fc.pre(name !== tlsFileStampsRequest.name || !isEmptyObject(input));
          const outcome = await setUp(keeperRequests).ask(name, input);
          expect(codeOf(outcome)).toMatch(/^KEEPER_(BAD_REQUEST|UNKNOWN_REQUEST|REFUSED|FAILED)$/);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('an answer', () => {
  it('is thrown away, its descriptors closed, when the server is gone', async () => {
    const descriptor = openSync('/dev/null', 'r');
    let finish: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const asked: Asked = { id: 7, name: 'open', input: '' };
    const { dispatcher, answers } = setUp([
      row('open', async () => {
        await held;
        return { value: '', descriptors: [descriptor] };
      }),
    ]);
    dispatcher.take(asked);
    dispatcher.end();
    finish();
    await new Promise(setImmediate);
    expect(answers.size).toBe(0);
    expect(() => closeSync(descriptor)).toThrow(/EBADF/);
  });
});
