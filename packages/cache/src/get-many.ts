import type { Answer, CacheBackend, CacheCall } from './backend.ts';
import { asCacheError, isPromise } from './call.ts';
import type { CallRunner } from './call-runner.ts';
import type { CacheAnswer, CallOptions } from './cache.ts';
import { CacheError } from './errors.ts';

/** Outages are answers of single keys here; what is left as an error of the whole is the caller's own doing. */
const ofTheWhole: ReadonlySet<string> = new Set([
  'CACHE_ABORTED',
  'CACHE_CLOSED',
  'CACHE_BAD_KEY',
  'CACHE_BAD_OPTION',
]);

/** Asks a backend for many keys: what is known at the deadline is told, the rest becomes errors. */
export async function getManyOf(
  backend: CacheBackend,
  runner: CallRunner,
  readKeys: () => readonly Uint8Array[],
  options: CallOptions | undefined,
): Promise<readonly CacheAnswer[]> {
  let answers: (CacheAnswer | undefined)[] = [];
  let isOver = false;
  const ask = (call: CacheCall): Answer<readonly CacheAnswer[]> => {
    const keys = readKeys();
    answers = keys.map(() => undefined);
    const tell = (index: number, answer: CacheAnswer): void => {
      if (!isOver && index < keys.length) answers[index] ??= answer;
    };
    const done =
      backend.getMany === undefined ? askEach(backend, keys, call, tell) : backend.getMany(keys, call, tell);
    return isPromise(done) ? done.then(() => filled(answers)) : filled(answers);
  };
  try {
    return await runner.run('getMany', options, ask);
  } catch (thrown) {
    const error = asCacheError(thrown);
    if (ofTheWhole.has(error.code)) throw error;
    return filled(answers, error);
  } finally {
    isOver = true;
  }
}

function filled(answers: readonly (CacheAnswer | undefined)[], error?: CacheError): CacheAnswer[] {
  return answers.map(
    (answer) =>
      answer ?? {
        outcome: 'error',
        error:
          error ?? new CacheError('CACHE_PROTOCOL', { message: 'The driver told no answer for this key' }),
      },
  );
}

function askEach(
  backend: CacheBackend,
  keys: readonly Uint8Array[],
  call: CacheCall,
  tell: (index: number, answer: CacheAnswer) => void,
): Answer<void> {
  const told = keys.map((key, index) => {
    const tellValue = (value: Uint8Array | undefined): void =>
      tell(index, value === undefined ? { outcome: 'miss' } : { outcome: 'value', value });
    const tellError = (error: unknown): void => tell(index, { outcome: 'error', error: asCacheError(error) });
    try {
      const answer = backend.get(key, call);
      return isPromise(answer) ? answer.then(tellValue, tellError) : tellValue(answer);
    } catch (error) {
      return tellError(error);
    }
  });
  const untold = told.filter((each) => isPromise(each));
  return untold.length === 0 ? undefined : Promise.all(untold).then(() => {});
}
