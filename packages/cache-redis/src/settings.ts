import type { CacheLog } from '@ftpd/cache';

/** Where a Redis server listens. */
export type RedisEndpoint = { readonly host: string; readonly port: number } | { readonly path: string };

/** What TLS needs beyond the address; certificates and keys as PEM text. */
export interface RedisTls {
  /** Authorities to trust. Default: those that Node.js trusts. */
  readonly ca?: string;
  /** The client's own certificate, and its key. */
  readonly cert?: string;
  readonly key?: string;
  /** The name that the server's certificate must hold. Default: the host. */
  readonly serverName?: string;
}

/** How every connection of a cache is made. */
export interface ConnectionSettings {
  /** Milliseconds for everything until the server has accepted us. */
  readonly connectTimeoutMs: number;
  /** Milliseconds without a sign of life, while answers are awaited, after which a connection is given up. */
  readonly silenceTimeoutMs: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  readonly tls: RedisTls | undefined;
  /** Whether a replica will not do: with Sentinel. */
  readonly needsMaster: boolean;
}

/** What all parts of a cache know. */
export interface Surroundings {
  readonly connection: ConnectionSettings;
  readonly retry: RetryPace;
  readonly log: CacheLog;
}

/** How long to wait between attempts to connect, in ms: first this, then twice as long each time, at the most that. */
export interface RetryPace {
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

/** An address for logs. */
export function nameOf(endpoint: RedisEndpoint): string {
  if ('path' in endpoint) return endpoint.path;
  return endpoint.host.includes(':')
    ? `[${endpoint.host}]:${endpoint.port}`
    : `${endpoint.host}:${endpoint.port}`;
}
