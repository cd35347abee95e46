import { parentPort } from 'node:worker_threads';
import { timingSafeEqual } from 'node:crypto';
import { checkPassword, encodeRaw, maxPasswordBytes, type HashCheck } from '@ftpd/auth';
import { cryptPassword } from '@ftpd/posix';
import { otherHashKind } from './other-hash-kind.ts';

// What a pool of @ftpd/auth sends and expects.
parentPort?.on('message', ({ password, stored }: { readonly password: string; readonly stored: string }) => {
  const answer: HashCheck =
    otherHashKind(stored) === undefined ? checkPassword(password, stored) : checkWithCrypt(password, stored);
  parentPort?.postMessage(answer);
});

function checkWithCrypt(password: string, stored: string): HashCheck {
  const bytes = encodeRaw(password);
  const isPossible = bytes.length <= maxPasswordBytes && !bytes.includes(0);
  const computed = cryptPassword(isPossible ? bytes : Buffer.from('-'), stored);
  if (computed === undefined) return 'unsupported';
  const [left, right] = [Buffer.from(computed), Buffer.from(stored)];
  return isPossible && left.length === right.length && timingSafeEqual(left, right) ? 'match' : 'mismatch';
}
