import { isIP } from 'node:net';
import { parseArgs } from 'node:util';

/** What `ftpd certificate` is to make. */
export interface CertificateOrder {
  readonly kind: 'request' | 'self-signed';
  /** DNS names and addresses, the first also the common name. */
  readonly names: readonly string[];
  readonly keyFile: string;
  /** Of the request, or of the certificate. */
  readonly file: string;
  readonly bits: number;
  /** Self-signed only. */
  readonly days: number;
}

export const certificateUsage = `usage: ftpd certificate request NAME... [--key FILE] [--out FILE] [--bits N]
       ftpd certificate self-signed NAME... [--key FILE] [--out FILE] [--bits N] [--days N]`;

const endings = { request: 'csr', 'self-signed': 'pem' } as const;
const maxDays = 3650;

const isName = (name: string): boolean =>
  isIP(name) !== 0 || /^(\*\.)?[a-z0-9]([a-z0-9-]{0,62}\.?)*$/iu.test(name);

function numberFrom(text: string, least: number, most: number): number {
  const number = /^\d{1,6}$/u.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most))
    throw new Error(`'${text}' is not a number from ${least} to ${most}`);
  return number;
}

/** @throws an error that says what is wrong; undefined: show the usage */
export function certificateOrder(args: readonly string[]): CertificateOrder | undefined {
  const [kind, ...rest] = args;
  if (kind !== 'request' && kind !== 'self-signed') return undefined;
  const { values, positionals: names } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      out: { type: 'string' },
      bits: { type: 'string', default: '2048' },
      days: { type: 'string', default: '365' },
    },
  });
  const [first] = names;
  if (first === undefined) return undefined;
  for (const name of names)
    if (name.length > 253 || !isName(name)) throw new Error(`'${name}' is no name of a host and no address`);
  const base = first.replace(/^\*\./u, '').replaceAll(':', '_');
  return {
    kind,
    names,
    keyFile: values.key ?? `${base}.key`,
    file: values.out ?? `${base}.${endings[kind]}`,
    bits: numberFrom(values.bits, 2048, 4096),
    days: numberFrom(values.days, 1, maxDays),
  };
}
