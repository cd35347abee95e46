import { parentPort } from 'node:worker_threads';
import { checkPassword, type HashCheck } from './crypt/password-hash.ts';

/** What the pool sends to a thread, one at a time. */
export interface HashJob {
  readonly password: string;
  readonly stored: string;
}

export type HashJobAnswer = HashCheck;

parentPort?.on('message', ({ password, stored }: HashJob) => {
  const answer: HashJobAnswer = checkPassword(password, stored);
  parentPort?.postMessage(answer);
});
