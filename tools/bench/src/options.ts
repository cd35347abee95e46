import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Measured rounds, after the servers warmed up. */
  readonly rounds: number;
  /** Size of the file that is moved. */
  readonly fileBytes: number;
  /** Clients that log in, and sessions whose memory is measured. */
  readonly clients: number;
  /** Accounts that these clients share. */
  readonly accounts: number;
  /** Where the files are; in memory by default, so that no disk is measured. */
  readonly folder: string;
  readonly isJson: boolean;
  readonly parts: ReadonlySet<BenchPart>;
}

export type BenchPart = 'memory' | 'login' | 'files' | 'bulk';

const allParts: readonly BenchPart[] = ['memory', 'login', 'files', 'bulk'];

export const usage = `npm run bench:ftp -- [options]
  --rounds N     measured rounds, default 5
  --mib N        size of the file that is moved, default 1024
  --clients N    clients that log in, default 300
  --accounts N   accounts that they share, default 30
  --folder PATH  where the files are, default /dev/shm
  --only PARTS   of memory,login,files,bulk; default all
  --json         figures for programs`;

function positive(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} needs a whole number from 1\n${usage}`);
  return value;
}

/** @throws Error with the usage. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      mib: { type: 'string', default: '1024' },
      clients: { type: 'string', default: '300' },
      accounts: { type: 'string', default: '30' },
      folder: { type: 'string', default: '/dev/shm' },
      only: { type: 'string', default: allParts.join(',') },
      json: { type: 'boolean', default: false },
    },
  });
  const wanted = values.only.split(',');
  const unknown = wanted.find((part) => !allParts.some((known) => known === part));
  if (unknown !== undefined) throw new Error(`--only does not know ${unknown}\n${usage}`);
  return {
    rounds: positive(values.rounds, 'rounds'),
    fileBytes: positive(values.mib, 'mib') * 1024 * 1024,
    clients: positive(values.clients, 'clients'),
    accounts: positive(values.accounts, 'accounts'),
    folder: values.folder,
    isJson: values.json,
    parts: new Set(allParts.filter((part) => wanted.includes(part))),
  };
}
