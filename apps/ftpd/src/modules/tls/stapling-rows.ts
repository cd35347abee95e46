import {
  badCount,
  badValue,
  boolean,
  booleanOf,
  defineDirective,
  durationMs,
  one,
  SERVER_CONTEXTS,
  type AnyRow,
  type DefaultedRow,
  type DirectiveRow,
} from '@ftpd/config';

const module = 'mod_tls.c';

/** Not set: as TLSStaplingCache says. */
export const tlsStapling: DirectiveRow<boolean> = defineDirective({
  name: 'TLSStapling',
  module,
  syntax: 'TLSStapling on|off',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  doc: 'Whether clients that ask for it are shown what the authority says of the certificate (OCSP). Without the directive: if there is a TLSStaplingCache.',
  parse: one(boolean),
});

export interface StaplingCacheValue {
  /** `memcache`, `redis`, `shm`, or the name of a CacheBackend. */
  readonly type: string;
  readonly directive: string;
  readonly file: string;
  readonly line: number;
}

export const tlsStaplingCache: DirectiveRow<StaplingCacheValue | 'off'> = defineDirective({
  name: 'TLSStaplingCache',
  module,
  syntax: 'TLSStaplingCache off|type:[/info]',
  contexts: ['server config'],
  repeats: 'first-wins',
  doc: 'Where a pool keeps the answers of its authorities: `memcache:`, `redis:`, `shm:/file=PATH` (this process), or the name of a CacheBackend and a colon. Turns TLSStapling on.',
  parse: (args, { directive, file, line }): StaplingCacheValue | 'off' => {
    const [cache = ''] = args;
    if (args.length === 0) throw badCount('missing parameters');
    if (booleanOf(cache) === false) return 'off';
    const colon = cache.indexOf(':');
    if (colon < 1) throw badValue('badly formatted parameter', 0, "write a type and a colon: 'memcache:'");
    return { type: cache.slice(0, colon), directive, file, line };
  },
});

const staplingWords = ['NoNonce', 'NoVerify', 'NoFakeTryLater'] as const;

export type StaplingOption = (typeof staplingWords)[number];

export const tlsStaplingOptions: DefaultedRow<ReadonlySet<StaplingOption>> = defineDirective({
  name: 'TLSStaplingOptions',
  module,
  syntax: 'TLSStaplingOptions opt1 ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'merge',
  defaultValue: new Set<StaplingOption>(),
  doc: 'NoNonce: none is sent to the responder, for those that make their answers in advance. NoVerify: who signed an answer does not count. NoFakeTryLater: clients get nothing instead of a `tryLater` while there is no answer.',
  merge: (earlier, later) => new Set([...earlier, ...later]),
  parse: (args, site): ReadonlySet<StaplingOption> => {
    if (args.length === 0) throw badCount();
    const options = args.map((word, index) => {
      const option = staplingWords.find((known) => known === word);
      if (option !== undefined) return option;
      throw badValue(
        `: unknown TLSStaplingOption '${word}'`,
        index,
        `known, and case counts: ${staplingWords.join(', ')}`,
      );
    });
    if (options.includes('NoVerify'))
      site.warn('clients are shown answers that anybody on the way from the responder can have made');
    return new Set(options);
  },
});

/** http(s); a name without either is http, as in ProFTPD. */
function responderUrl(word: string): string {
  const url = URL.parse(word.includes('://') ? word : `http://${word}`);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.hostname === '')
    throw badValue(`error parsing URL '${word}'`, 0, "write 'http://host[:port]/path'");
  return url.href;
}

export const tlsStaplingResponder: DirectiveRow<string> = defineDirective({
  name: 'TLSStaplingResponder',
  module,
  syntax: 'TLSStaplingResponder url',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  doc: 'The responder that is asked instead of the one that the certificate names; http or https.',
  parse: one(responderUrl),
});

const defaultTimeoutMs = 10_000;
const maxTimeoutMs = 600_000;

export const tlsStaplingTimeout: DefaultedRow<number> = defineDirective({
  name: 'TLSStaplingTimeout',
  module,
  syntax: 'TLSStaplingTimeout seconds',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  defaultValue: defaultTimeoutMs,
  doc: 'How long a responder may take, in milliseconds here; at the most ten minutes. Handshakes do not wait for it.',
  parse: (args, site): number => {
    const ms = one(durationMs)(args, site);
    if (ms > 0) return Math.min(ms, maxTimeoutMs);
    site.warn('no responder answers in no time: 10 seconds are used');
    return defaultTimeoutMs;
  },
});

export const staplingRows: readonly AnyRow[] = [
  tlsStapling,
  tlsStaplingCache,
  tlsStaplingOptions,
  tlsStaplingResponder,
  tlsStaplingTimeout,
];
