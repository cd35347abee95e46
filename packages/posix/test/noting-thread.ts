import { workerData } from 'node:worker_threads';
import { AT_FDCWD, closeNoted, openAt } from '@ftpd/posix';

/** Opens and closes without an end, and counts the rounds. */
const { numbers, name } = workerData as { readonly numbers: Int32Array; readonly name: string };
const note = { numbers, at: 0 };
for (;;) {
  const descriptor = openAt(AT_FDCWD, name, { flags: 0 }, note);
  closeNoted(descriptor, note);
  Atomics.add(numbers, 1, 1);
}
