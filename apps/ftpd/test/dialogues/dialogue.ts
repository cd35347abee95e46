import type { DataSetup, Tree } from '@ftpd/test-services';

/** A pattern for the text behind a reply's code; a string must be equal to the first line's text. */
export type TextPattern = string | RegExp;

/** What a transfer brings: exact bytes, or a listing after `normalise`. */
export type DownloadExpectation =
  | { readonly bytes: string | Uint8Array }
  | { readonly listing: readonly string[] }
  | { readonly names: readonly string[] }
  | { readonly facts: readonly string[] }
  | { readonly pattern: RegExp };

export interface TransferOptions {
  /** How the data connection is made. Default: EPSV. */
  readonly via?: DataSetup;
  /** Text of the first reply (150). */
  readonly opening?: TextPattern;
  /** Code after the bytes, or that the connection closes. Default: 226. */
  readonly end?: number | 'closed';
}

/** One move of the client and what the server must do. */
export type Step =
  | {
      readonly kind: 'send';
      readonly line: string | Uint8Array;
      readonly code: number;
      readonly text?: TextPattern;
    }
  | { readonly kind: 'raw'; readonly bytes: string | Uint8Array; readonly codes: readonly number[] }
  | { readonly kind: 'refused'; readonly line: string; readonly code: number; readonly text?: TextPattern }
  | ({
      readonly kind: 'download';
      readonly line: string;
      readonly expected: DownloadExpectation;
    } & TransferOptions)
  | ({
      readonly kind: 'upload';
      readonly line: string;
      readonly bytes: string | Uint8Array;
    } & TransferOptions)
  | { readonly kind: 'closed' };

/** What a file system holds after a dialogue: content, absence, or more about an entry. */
export type Effect =
  | string
  | Uint8Array
  | null
  | {
      readonly content?: string;
      readonly mode?: number;
      /** ISO date. */
      readonly mtime?: string;
      readonly bytes?: number;
      readonly isFolder?: boolean;
      readonly link?: string;
    };

export interface DialogueOptions {
  /** Directives that replace those of the same name in the base configuration, or are added to it. */
  readonly config?: readonly string[];
  /** Files in the user's home before the dialogue. */
  readonly files?: Tree;
  /** Who logs in first. Default: a user of the dialogue's own; `false`: nobody. */
  readonly login?: false | { readonly user: string; readonly password: string };
  /** Where `files` and `leaves` are, relative to the server's folder. Default: the user's home. */
  readonly home?: string;
  /** Address of the server. Default: 127.0.0.1. */
  readonly host?: string;
  /** What is there afterwards; `null` for nothing. */
  readonly leaves?: Readonly<Record<string, Effect>>;
}

export interface Dialogue extends DialogueOptions {
  /** A requirement, unique in the table. */
  readonly name: string;
  readonly steps: readonly Step[];
}

/** One row of the table. In lines, `{home}` stands for the user's home and `{user}` for the user's name. */
export function dialogue(name: string, steps: readonly Step[], options: DialogueOptions = {}): Dialogue {
  return { name, steps, ...options };
}

/** A line, the code of its reply, and where clients parse it the text. */
export function send(line: string | Uint8Array, code: number, text?: TextPattern): Step {
  return { kind: 'send', line, code, ...(text === undefined ? {} : { text }) };
}

/** Bytes as they are, and the codes of the replies in order. */
export function raw(bytes: string | Uint8Array, ...codes: number[]): Step {
  return { kind: 'raw', bytes, codes };
}

/** A transfer that the server refuses although the data connection stands ready. */
export function refused(line: string, code: number, text?: TextPattern): Step {
  return { kind: 'refused', line, code, ...(text === undefined ? {} : { text }) };
}

/** A transfer from the server with its exact bytes. */
export function download(line: string, bytes: string | Uint8Array, options: TransferOptions = {}): Step {
  return { kind: 'download', line, expected: { bytes }, ...options };
}

/** A long listing: `MODE SIZE NAME` in order, without the sizes of folders. */
export function list(line: string, listing: readonly string[], options: TransferOptions = {}): Step {
  return { kind: 'download', line, expected: { listing }, ...options };
}

/** A listing of names, in any order. */
export function names(line: string, expected: readonly string[], options: TransferOptions = {}): Step {
  return { kind: 'download', line, expected: { names: expected }, ...options };
}

/** MLSD: `NAME fact=value;…` with type, size of files and modify of dated ones, in any order. */
export function facts(line: string, expected: readonly string[], options: TransferOptions = {}): Step {
  return { kind: 'download', line, expected: { facts: expected }, ...options };
}

/** A transfer whose text matches. */
export function matching(line: string, pattern: RegExp, options: TransferOptions = {}): Step {
  return { kind: 'download', line, expected: { pattern }, ...options };
}

/** A transfer to the server. */
export function upload(line: string, bytes: string | Uint8Array, options: TransferOptions = {}): Step {
  return { kind: 'upload', line, bytes, ...options };
}

/** The server closes the control connection without another word. */
export function closed(): Step {
  return { kind: 'closed' };
}
