/** Thrown when something did not happen in time; the message says what and how long. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * The promise, or a failure that names what was awaited.
 * @param ms - Time allowed, in milliseconds.
 * @throws {DeadlineError} when the time is over.
 */
export async function within<Value>(promise: Promise<Value>, ms: number, what: string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(`${what}: nothing within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const POLL_MS = 20;

/**
 * Asks again and again until the probe answers with something other than undefined or false.
 * For conditions that nothing announces: a port that opens, a file that appears in another process.
 * @throws {DeadlineError} when the time is over; the last failure of the probe is its cause.
 */
export async function until<Value>(
  probe: () => Promise<Value | undefined | false> | Value | undefined | false,
  ms: number,
  what: string,
): Promise<Value> {
  const end = Date.now() + ms;
  let failure: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      failure = error;
    }
    if (Date.now() >= end) throw new DeadlineError(`${what}: not within ${ms} ms`, { cause: failure });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
