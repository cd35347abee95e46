import type { Session } from '../session.ts';

/** Where a transfer begins, and how much of the file it is about. */
export interface Start {
  readonly fromBytes: number;
  /** Infinity: to the end. */
  readonly maxBytes: number;
  /** Which command said so; for replies. */
  readonly verb: 'REST' | 'RANG';
}

/** Takes what REST or RANG said; it holds for one transfer, also for one that is refused. */
export function takeStart(session: Session): Start {
  const { state } = session;
  const given = state.phase === 'ready' || state.phase === 'rename-pending' ? state.start : undefined;
  if (given) session.advance({ type: 'transfer-ended' });
  if (given?.kind === 'range') {
    return { fromBytes: given.firstByte, maxBytes: given.lastByte - given.firstByte + 1, verb: 'RANG' };
  }
  return { fromBytes: given?.atBytes ?? 0, maxBytes: Infinity, verb: 'REST' };
}
