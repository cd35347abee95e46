import type * as fsModule from 'node:fs';
import { Worker } from 'node:worker_threads';
import type * as posixModule from '../src/index.ts';
import type * as seccompModule from './seccomp.ts';

/** What the code of a thread is given: it stands in another file, so to say, and sees nothing else. */
export interface ThreadTools {
  readonly posix: typeof posixModule;
  readonly fs: typeof fsModule;
  readonly seccomp: typeof seccompModule;
}

export const toolUrls = {
  posix: new URL('../src/index.ts', import.meta.url).href,
  seccomp: new URL('./seccomp.ts', import.meta.url).href,
} as const;

const program = (source: string): string => `
  const { parentPort, workerData } = require('node:worker_threads');
  const fs = require('node:fs');
  Promise.all(${JSON.stringify([toolUrls.posix, toolUrls.seccomp])}.map((url) => import(url)))
    .then(([posix, seccomp]) => (${source})({ posix, fs, seccomp }, workerData))
    .then(
      (result) => parentPort.postMessage({ result }),
      (error) => parentPort.postMessage({ error: { message: String(error), code: error?.code } }),
    );
`;

type Answer<Result> = { readonly result: Result } | { readonly error: { message: string; code?: string } };

/** Runs `work` in a thread of its own, which ends with it: identities and umasks of tests stay there. */
export async function onThread<Input, Result>(
  work: (tools: ThreadTools, input: Input) => Result,
  input: Input,
): Promise<Awaited<Result>> {
  const worker = new Worker(program(work.toString()), {
    eval: true,
    workerData: input,
    execArgv: ['--conditions=@ftpd/source'],
    trackUnmanagedFds: false,
  });
  const answer = await new Promise<Answer<Awaited<Result>>>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the thread ended with ${code}`)));
  });
  await worker.terminate();
  if ('result' in answer) return answer.result;
  throw Object.assign(new Error(answer.error.message), answer.error);
}
