import type { Reply } from '@ftpd/protocol';
import type { OpenFile, VirtualPath } from '@ftpd/storage';
import type { TransferRate } from '../settings.ts';

/** Fills the buffer. @returns how many bytes, 0 at the end. */
export type ByteSource = (buffer: Uint8Array) => Promise<number>;

/** Takes all of the chunks, in order, before it settles; their memory is not to be used any more then. */
export type ByteSink = (chunks: readonly Uint8Array[]) => Promise<void>;

/** Why a transfer ended early. `storage` carries the StorageError as cause. */
export type TransferFailure =
  | 'unconnected'
  | 'aborted'
  | 'connection-lost'
  | 'session-ended'
  | 'storage'
  | 'limit';

export type TransferOutcome =
  | { readonly isComplete: true; readonly bytes: number }
  | {
      readonly isComplete: false;
      readonly bytes: number;
      readonly failure: TransferFailure;
      readonly cause?: unknown;
    };

interface PlanBase {
  /** The 150 line, sent when the data connection stands. */
  readonly opening: Reply;
  /** The file. Absent for listings. */
  readonly path?: VirtualPath;
  readonly type: 'A' | 'I';
  readonly rate?: TransferRate;
  /** What is done only when the data connection stands, before the 150 (truncating what will be replaced). */
  readonly begin?: () => Promise<void>;
  /**
   * Always called exactly once, also when no data connection came: closes files, completes or removes what was stored.
   * @returns the last reply in place of the runner's own.
   */
  readonly finish: (outcome: TransferOutcome) => Promise<Reply | undefined>;
}

export interface SendPlan extends PlanBase {
  readonly direction: 'send';
  readonly source: ByteSource;
  /** How much will come, if known. */
  readonly expectedBytes?: number;
  /** The source is this part of a file, as it is; the kernel may then be asked to send it. */
  readonly part?: FilePart;
}

export interface FilePart {
  readonly file: OpenFile;
  readonly fromBytes: number;
  /** Infinity: to the end of the file. */
  readonly maxBytes: number;
}

export interface ReceivePlan extends PlanBase {
  readonly direction: 'receive';
  readonly sink: ByteSink;
  /** More than this is refused with 552. Absent: no ceiling. */
  readonly maxBytes?: number;
}

/** What a command wants done over a data connection; the runner does it. */
export type TransferPlan = SendPlan | ReceivePlan;
