import { mlstFeature, type FactName } from '../formats/facts.ts';
import { reply, type Reply } from '../replies/reply.ts';
import { siteRows } from './site.ts';
import { commandRows } from './table.ts';

export interface FeatureOptions {
  /** The facts of MLSD that are shown at present. */
  readonly selectedFacts: readonly FactName[];
  /** Languages of LANG, the one in use marked with `*`, for example `C.UTF-8*`. Default: LANG is not offered. */
  readonly languages?: readonly string[];
  /** Lines of modules, for example `AUTH TLS`. Default: none. */
  readonly extra?: readonly string[];
  /** Lines not to be shown, for example `UTF8` without `UseEncoding`. Default: none. */
  readonly hidden?: ReadonlySet<string>;
}

/** The lines of FEAT, sorted as ProFTPD sorts them, without the leading blank. */
export function featureLines({
  selectedFacts,
  languages = [],
  extra = [],
  hidden = new Set(),
}: FeatureOptions): readonly string[] {
  const lines = [
    ...[...commandRows, ...siteRows].flatMap(({ feat }) => (feat === undefined ? [] : [feat])),
    ...(languages.length === 0 ? [] : [`LANG ${languages.join(';')}`]),
    mlstFeature(selectedFacts),
    'TVFS',
    'UTF8',
    ...extra,
  ];
  return [...new Set(lines)].filter((line) => !hidden.has(line)).sort(byBytes);
}

/** The reply to FEAT (RFC 2389 §3.2). */
export function featureReply(options: FeatureOptions): Reply {
  return reply(211, 'Features:', ...featureLines(options), 'End');
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
