import { removeClientFile } from '../../controls/client-file.ts';
import { readFields } from '../checks.ts';
import type { KeeperRequest } from '../request.ts';

/** What a client of the control socket leaves in /tmp, by its process number: it is another user's. */
export const removeClientFileRequest: KeeperRequest<{ readonly pid: number }, null> = {
  name: 'remove-client-file',
  deadlineMs: 5000,
  check: (input) => readFields(input, { pid: 'id' }),
  handle({ pid }) {
    removeClientFile(pid);
    return Promise.resolve({ value: null });
  },
};
