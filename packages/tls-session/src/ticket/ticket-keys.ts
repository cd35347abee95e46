import type { TlsSessionEvent } from '../events.ts';
import type { PoolRing } from './pool-ring.ts';
import {
  advanceRing,
  isOpening,
  mergeRings,
  nameOf,
  newTicketKey,
  sealingKey,
  type RotationRules,
  type TicketKey,
  type TicketKeyRing,
} from './ticket-key.ts';

/** The ticket keys of this process: the pool's, and its own where there is no pool or it can't be asked. */
export interface TicketKeys {
  /** The key that seals now. */
  sealing(): TicketKey;
  /** The key with this name, if it may open tickets. */
  find(name: Uint8Array): TicketKey | undefined;
  /** All that open tickets, the sealing one first. */
  opening(): readonly TicketKey[];
  isShared(): boolean;
  /** Looks at the pool's ring now. Never fails. */
  refresh(): Promise<void>;
  /** A ticket came with a key that nobody here knows. */
  missed(): void;
  /** Calls after the sealing key has changed. @returns ends that. */
  watch(onChange: () => void): () => void;
}

export interface TicketKeysOptions {
  /** Absent: the keys stay here. */
  readonly pool: PoolRing | undefined;
  readonly rules: RotationRules;
  readonly now: () => number;
  readonly randomBytes: (bytes: number) => Buffer;
  readonly onAnswer: () => void;
  readonly onOutage: (error: unknown) => void;
  readonly onEvent: (event: TlsSessionEvent) => void;
}

/** Anybody can send tickets with names of nothing: they make us look no oftener than so. */
const missPauseMs = 1000;
/** Keys made while the pool could not be asked go into its ring afterwards, as long as it stays so short. */
const maxOwnShared = 4;

export function createTicketKeys(options: TicketKeysOptions): TicketKeys {
  const { pool, rules, now, randomBytes, onAnswer, onOutage, onEvent } = options;
  /** As the pool had it when it was last asked. */
  let shared: TicketKeyRing = [];
  /** Made here, before the pool was asked or while it could not be. */
  let own: TicketKeyRing = [];
  let isAway = false;
  let hasAsked = pool === undefined;
  let sealingName = '';
  let byName = new Map<string, TicketKey>();
  const watchers = new Set<() => void>();

  const settle = (): void => {
    byName = new Map([...own, ...shared].map((key) => [nameOf(key), key]));
  };
  const addOwn = (): TicketKey => {
    const key = newTicketKey(now(), randomBytes);
    own = mergeRings(
      own.filter((each) => isOpening(each, now(), rules)),
      [key],
    );
    settle();
    return key;
  };
  /** A key that has sealed long enough is none to go on with, unless the pool is still to be asked. */
  const isDue = (key: TicketKey | undefined, nowMs: number): boolean =>
    key === undefined || key.activeMs + rules.rotateMs * 1.25 + rules.leadMs < nowMs;

  const sealing = (): TicketKey => {
    const nowMs = now();
    const best = sealingKey(isAway ? mergeRings(shared, own) : shared, nowMs) ?? sealingKey(own, nowMs);
    return best === undefined || (isAway && isDue(best, nowMs)) ? addOwn() : best;
  };
  const isPools = (name: string): boolean => shared.some((key) => nameOf(key) === name);
  const tellChange = (): void => {
    const name = nameOf(sealing());
    if (name === sealingName) return;
    const isFirst = sealingName === '';
    sealingName = name;
    if (!isFirst) onEvent({ type: 'rotated', isShared: pool !== undefined && isPools(name) });
    for (const watcher of watchers) watcher();
  };

  const look = async (): Promise<void> => {
    if (pool === undefined) {
      shared = advanceRing(shared.length === 0 ? own : shared, now(), rules, randomBytes);
    } else {
      try {
        const offered = isAway && hasAsked ? own.slice(-maxOwnShared) : [];
        const agreed = await pool.agree(shared, offered, own);
        shared = mergeRings(
          shared.filter((key) => isOpening(key, now(), rules)),
          agreed,
        );
        isAway = false;
        onAnswer();
      } catch (error) {
        isAway = true;
        onOutage(error);
      }
      hasAsked = true;
    }
    settle();
    tellChange();
  };
  let looking: Promise<void> | undefined;
  const refresh = async (): Promise<void> => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    await looking;
  };

  let missedAtMs = -Infinity;
  return {
    sealing,
    find(name) {
      const key = byName.get(
        Buffer.from(name.buffer, name.byteOffset, Math.min(16, name.length)).toString('latin1'),
      );
      return key !== undefined && isOpening(key, now(), rules) ? key : undefined;
    },
    opening() {
      const first = sealing();
      const others = [...byName.values()].filter((key) => key !== first && isOpening(key, now(), rules));
      return [first, ...others];
    },
    isShared: () => pool !== undefined && isPools(nameOf(sealing())),
    refresh,
    missed() {
      const nowMs = now();
      if (pool === undefined || Math.abs(nowMs - missedAtMs) < missPauseMs) return;
      missedAtMs = nowMs;
      void refresh();
    },
    watch(onChange) {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
  };
}
