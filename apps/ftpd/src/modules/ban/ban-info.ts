import type { Ban } from '@ftpd/ban';
import type { ControlAnswer, ControlData, ModuleContext } from '@ftpd/module';
import { banTime } from './ban-text.ts';
import type { Bannable } from './control-words.ts';
import type { Engines } from './engines.ts';
import type { RecentCount, RecentCounts } from './recent-counts.ts';

const headings: readonly (readonly [Bannable, string])[] = [
  ['user', 'Banned Users:'],
  ['user@host', 'Banned User@Hosts:'],
  ['host', 'Banned Hosts:'],
  ['class', 'Banned Classes:'],
];

const secondsUntil = (endMs: number, nowMs: number): number =>
  Math.max(0, Math.floor((endMs - nowMs) / 1000));

/** `ban info [-v] [-e]`: all bans of the pool; `-v` with reasons and ends, `-e` with what is being counted. */
export async function banInfo(
  words: readonly string[],
  engines: Engines,
  counts: RecentCounts,
  context: ModuleContext,
): Promise<ControlAnswer> {
  const letters = new Set(
    words.filter((word) => word.startsWith('-')).flatMap((word) => word.slice(1).split('')),
  );
  for (const letter of letters)
    if (letter !== 'v' && letter !== 'e')
      return { status: 'wrong-parameters', lines: [`unsupported option: '${letter}'`] };
  const nowMs = Date.now();
  const lists = await Promise.all(
    [...new Set(engines.all().map(({ bans }) => bans))].map((bans) => bans.list()),
  );
  const bans = lists.flat().toSorted((one, other) => one.madeMs - other.madeMs);
  const recent = counts.list(nowMs);
  const isVerbose = letters.has('v');
  const sections = headings.flatMap(([type, heading]) => {
    const ofType = bans.filter(({ subject }) => subject.type === type);
    return ofType.length === 0
      ? []
      : [[heading, ...ofType.flatMap((ban) => banText(ban, isVerbose, nowMs, engines))]];
  });
  if (sections.length === 0) sections.push(['No bans']);
  if (letters.has('e'))
    sections.push(
      recent.length === 0
        ? ['No ban events']
        : ['Ban Events:', ...recent.flatMap((count) => countText(count, nowMs, context))],
    );
  return {
    status: 'ok',
    lines: sections.flatMap((section, index) => (index === 0 ? section : ['', ...section])),
    data: {
      bans: bans.map(banData),
      ...(letters.has('e') ? { events: recent.map((count) => ({ ...count })) } : {}),
    },
  };
}

function banText(
  { subject: { name, scope }, reason, endMs }: Ban,
  isVerbose: boolean,
  nowMs: number,
  engines: Engines,
): readonly string[] {
  if (!isVerbose) return [`  ${name}`];
  const end = endMs === undefined ? 'never' : `${banTime(endMs)} (in ${secondsUntil(endMs, nowMs)} seconds)`;
  return [
    `  ${name}`,
    `    Reason: ${reason}`,
    `    Expires: ${end}`,
    ...(scope === undefined ? [] : [`    <VirtualHost>: ${serverName(scope, engines)}`]),
  ];
}

/** `NAME (address#port)`, as far as it is one of ours. */
function serverName(scope: string, engines: Engines): string {
  const found = engines.all().find(({ server: { scopeOf, server } }) => {
    const [localAddress = ''] = server.addresses;
    return scopeOf({ localAddress, localPort: server.port }) === scope;
  });
  return found === undefined ? scope : labelOf(found.server.server);
}

function labelOf({ name, addresses, port }: ModuleContext['servers'][number]): string {
  return `${name} (${addresses[0] ?? '0.0.0.0'}#${port})`;
}

function countText(
  { event, source, count, limit, endMs, serverId }: RecentCount,
  nowMs: number,
  { servers }: ModuleContext,
): readonly string[] {
  const server = servers.find(({ id }) => id === serverId);
  return [
    `  Event: ${event}`,
    `  Source: ${source}`,
    `    Occurrences: ${Math.min(count, limit)}/${limit}`,
    `    Entry Expires: ${secondsUntil(endMs, nowMs)} seconds`,
    ...(server === undefined ? [] : [`    <VirtualHost>: ${labelOf(server)}`]),
  ];
}

function banData({ subject, reason, message, madeMs, endMs, by, where, rule }: Ban): ControlData {
  return {
    type: subject.type,
    name: subject.name,
    server: subject.scope ?? null,
    reason,
    message: message ?? null,
    madeMs,
    endMs: endMs ?? null,
    by,
    where,
    rule: rule ?? null,
  };
}
