import type { ListenPoint } from '../addresses.ts';
import type { ConfigSnapshot } from './config-snapshot.ts';

/** Descriptors come by a packet of this number that was sent before the message. */
export interface WithDescriptors {
  readonly packet: number;
  readonly descriptorCount: number;
}

/** All that a server serves with: at its start, and again after each SIGHUP. */
export interface Provision extends WithDescriptors {
  readonly type: 'provision';
  readonly number: number;
  /** The first descriptors, in this order: sockets that listen. */
  readonly listeners: readonly ListenPoint[];
  readonly backlog: number;
  /** Whether the next descriptor is a control socket, which listens. */
  readonly hasControlSocket: boolean;
  /** The descriptors behind them: logs, opened for appending. */
  readonly logs: readonly string[];
  /** Absolute: the server does not know where the daemon was started. */
  readonly configFile: string;
  readonly snapshot: ConfigSnapshot;
}

export interface Answer extends WithDescriptors {
  readonly type: 'answer';
  readonly id: number;
  readonly value?: unknown;
  /** Instead of a value. */
  readonly error?: { readonly code: string; readonly text: string };
}

export type MessageToServer =
  | Provision
  | Answer
  /** To be answered with `alive`. */
  | { readonly type: 'ping' }
  /** Serve no more, end within the drain. */
  | { readonly type: 'drain' }
  /** The daemon is in the background now. */
  | { readonly type: 'leave-terminal' };

export type MessageToKeeper =
  | { readonly type: 'ask'; readonly id: number; readonly name: string; readonly input: unknown }
  /** The provision of this number is served. */
  | { readonly type: 'taken'; readonly number: number }
  /** It can't be, and what was there before stays. */
  | { readonly type: 'refused'; readonly number: number; readonly lines: readonly string[] }
  /** The answer to a ping. */
  | { readonly type: 'alive' }
  /** `-X`: the only session is over. */
  | { readonly type: 'finished' };

/** A message of the server, which is not trusted. Undefined: it is none. What `input` is, its request checks. */
export function messageToKeeper(value: unknown): MessageToKeeper | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { type, id, name, number, lines, input } = value as Readonly<Record<string, unknown>>;
  switch (type) {
    case 'ask':
      return isCount(id) && typeof name === 'string' && name.length <= 64
        ? { type, id, name, input }
        : undefined;
    case 'taken':
      return isCount(number) ? { type, number } : undefined;
    case 'refused':
      return isCount(number) && isLines(lines) ? { type, number, lines } : undefined;
    case 'alive':
    case 'finished':
      return { type };
    default:
      return undefined;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isLines = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length <= 1000 && value.every((line) => typeof line === 'string');
