import type { Storage } from '@ftpd/storage';
import type { HookRunner } from './hook-runner.ts';
import type { ServerEvent, ServerLog, ServerTrace } from './hooks.ts';
import type { Policy } from './policy.ts';
import type { ConnectData } from './server-options.ts';
import type { SessionRegistry } from './registry.ts';
import type { TlsPort } from './tls/tls-port.ts';
import type { TransferBuffers } from './transfer/buffer-pool.ts';

/** What all sessions of one configuration share. A session keeps the one it began with. */
export interface ServerContext {
  readonly policy: Policy;
  readonly storage: Storage;
  readonly hooks: HookRunner;
  readonly registry: SessionRegistry;
  readonly buffers: TransferBuffers;
  readonly connectData: ConnectData;
  /** Absent: no TLS is spoken. */
  readonly tls: TlsPort | undefined;
  readonly log: ServerLog;
  readonly trace: ServerTrace;
  /** Never rejects. Undefined: nobody who has heard it needs time. */
  readonly emit: (event: ServerEvent) => Promise<void> | undefined;
  readonly now: () => number;
  /** Whether the server is being closed: sessions end with the command they are at. */
  readonly isDraining: () => boolean;
}
