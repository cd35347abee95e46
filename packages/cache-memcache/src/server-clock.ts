import type { CacheCall } from '@ftpd/cache';
import { refuse } from './answers.ts';
import { keyOf, ProtocolError, valueOf } from './frame-decoder.ts';
import type { ServerLink } from './server-link.ts';
import { NOTHING, opcodes, statuses } from './wire.ts';

/** What the servers' clocks say, which need not be what ours says. */
export interface ServerClock {
  /** @returns the server's time in whole seconds since the epoch, never less than it is. */
  timeS(link: ServerLink, call: CacheCall): Promise<number>;
}

interface Reading {
  readonly epoch: number;
  readonly timeS: number;
  readonly atMs: number;
}

const MAX_STATISTICS = 1000;

/** Asks a server once for each connection and counts on from there: memcached itself counts seconds since its start. */
export function createServerClock(): ServerClock {
  const readings = new WeakMap<ServerLink, Reading>();
  return {
    async timeS(link, call) {
      const known = readings.get(link);
      if (known !== undefined && known.epoch === link.epoch)
        return known.timeS + Math.ceil((performance.now() - known.atMs) / 1000);
      const atMs = performance.now();
      const timeS = await askTime(link, call);
      readings.set(link, { epoch: link.epoch, timeS, atMs });
      return timeS + Math.ceil((performance.now() - atMs) / 1000);
    },
  };
}

/** STAT is answered by one response for each statistic, and one without a name at the end. */
function askTime(link: ServerLink, call: CacheCall): Promise<number> {
  return new Promise((resolve, reject) => {
    let timeS: number | undefined;
    let count = 0;
    link.post({ opcode: opcodes.STAT, key: NOTHING, extras: NOTHING, value: NOTHING }, call, {
      answer(frame) {
        if (frame.header.status !== statuses.OK) refuse(frame);
        const name = keyOf(frame).toString('latin1');
        count += 1;
        if (count > MAX_STATISTICS) throw new ProtocolError('statistics without end');
        if (name === 'time') timeS = Number(valueOf(frame).toString('latin1'));
        if (name !== '') return false;
        if (timeS === undefined || !Number.isSafeInteger(timeS))
          throw new ProtocolError('statistics without a time');
        resolve(timeS);
        return true;
      },
      fail: reject,
    });
  });
}
