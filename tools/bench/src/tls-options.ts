import { parseArgs } from 'node:util';

export type TlsBenchPart = 'handshakes' | 'bulk' | 'resumption';

const allParts: readonly TlsBenchPart[] = ['handshakes', 'bulk', 'resumption'];

/** Of a certificate: RSA with 2048 bits, or P-256. */
export type TlsKey = 'rsa' | 'ec';

export interface TlsBenchOptions {
  /** Measured rounds, after one that counts for nothing. */
  readonly rounds: number;
  /** How long handshakes are counted in each round, seconds. */
  readonly seconds: number;
  /** Size of the file that is moved. */
  readonly fileBytes: number;
  /** Of the server's certificates; handshakes are counted with each, the rest is measured with the first. */
  readonly keys: readonly [TlsKey, ...TlsKey[]];
  /** Where the files are; in memory by default, so that no disk is measured. */
  readonly folder: string;
  readonly isJson: boolean;
  readonly parts: ReadonlySet<TlsBenchPart>;
}

export const tlsUsage = `npm run bench:tls -- [options]
  --rounds N     measured rounds, default 5
  --seconds N    how long handshakes are counted in each, default 4
  --mib N        size of the file that is moved, default 1024
  --key KIND     of the server's certificate: rsa (2048 bits), ec (P-256) or, by default, both after each other
  --folder PATH  where the files are, default /dev/shm
  --only PARTS   of handshakes,bulk,resumption; default all
  --json         figures for programs`;

const keysOf: ReadonlyMap<string, TlsBenchOptions['keys']> = new Map<string, TlsBenchOptions['keys']>([
  ['rsa', ['rsa']],
  ['ec', ['ec']],
  ['both', ['rsa', 'ec']],
]);

/** @throws Error with the usage. */
export function parseTlsOptions(args: readonly string[]): TlsBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
      mib: { type: 'string', default: '1024' },
      key: { type: 'string', default: 'both' },
      folder: { type: 'string', default: '/dev/shm' },
      only: { type: 'string', default: allParts.join(',') },
      json: { type: 'boolean', default: false },
    },
  });
  const whole = (text: string, name: string): number => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= 1) return value;
    throw new Error(`--${name} needs a whole number from 1\n${tlsUsage}`);
  };
  const wanted = values.only.split(',');
  const unknown = wanted.find((part) => !allParts.some((known) => known === part));
  if (unknown !== undefined) throw new Error(`--only does not know ${unknown}\n${tlsUsage}`);
  const keys = keysOf.get(values.key);
  if (!keys) throw new Error(`--key is rsa, ec or both\n${tlsUsage}`);
  return {
    rounds: whole(values.rounds, 'rounds'),
    seconds: whole(values.seconds, 'seconds'),
    fileBytes: whole(values.mib, 'mib') * 1024 * 1024,
    keys,
    folder: values.folder,
    isJson: values.json,
    parts: new Set(allParts.filter((part) => wanted.includes(part))),
  };
}
