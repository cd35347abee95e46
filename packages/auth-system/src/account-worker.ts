import { setParentDeathSignal } from '@ftpd/posix';
import { closeAllSessions, heldSessions } from './jobs/pam-sessions.ts';
import { jobs } from './jobs/index.ts';
import { workerIsStarted, type JobName, type WorkerReply, type WorkerRequest } from './worker-protocol.ts';

// A program of its own, started by worker-pool.ts; its channel to it is the process's. Calls of the system are made on
// its one thread: whoever started it kills it when one does not return.
// oxlint-disable-next-line no-restricted-globals
const self = process;

self.on('message', ({ job, input }: WorkerRequest) => {
  // Inside of a call that never returns this program would not hear that its parent is gone.
  endWithParent('SIGKILL');
  const answer = reply(job, input);
  endWithParent('none');
  self.send?.(answer);
});

self.on('disconnect', () => {
  closeAllSessions();
  self.exit(0);
});

// Signals to the whole group or service are for the parent, which may still have sessions to close here.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) self.on(signal, () => undefined);

self.send?.(workerIsStarted);

function reply<Name extends JobName>(job: Name, input: WorkerRequest<Name>['input']): WorkerReply {
  try {
    const output = jobs[job](input);
    return { held: heldSessions(), output };
  } catch (error) {
    return { held: heldSessions(), error: { code: codeOf(error), message: messageOf(error) } };
  }
}

function endWithParent(signal: 'SIGKILL' | 'none'): void {
  try {
    setParentDeathSignal(signal);
  } catch {
    // Where system calls are out of reach, the job itself says so.
  }
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : 'ERROR';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
