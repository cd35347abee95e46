import { reply, siteTable, type AnyCommandRow, type Reply } from '@ftpd/protocol';
import type { CheckedSection, SessionScope } from '@ftpd/config';
import type { SessionView } from '@ftpd/server';
import type { VirtualPath } from '@ftpd/storage';
import { isWithinLimits, type LimitedCommand, type Subject } from './limit-rules.ts';

const siteRows: ReadonlySet<unknown> = new Set(Object.values(siteTable));

function limited(row: AnyCommandRow): LimitedCommand {
  // A rule for MKD that leaves XMKD open protects nothing.
  const names = siteRows.has(row) ? [`SITE_${row.verb}`] : [row.verb, ...row.aliases];
  return { names, group: row.group };
}

/** ProFTPD hides a folder that may not be entered, and words the others as the system would. */
const refusalTexts: Readonly<Record<string, string>> = {
  CWD: 'No such file or directory',
  CDUP: 'No such file or directory',
  MKD: 'Permission denied',
  RMD: 'Permission denied',
};

const scopesWithLimits = new WeakMap<SessionScope, boolean>();

function holdsLimit({ sections }: CheckedSection): boolean {
  return sections.some((section) => section.node.key === 'limit' || holdsLimit(section));
}

/** Whether there is any `<Limit>` that a session could meet: most configurations have none, and most commands come often. */
function hasLimits(scope: SessionScope): boolean {
  const known = scopesWithLimits.get(scope);
  if (known !== undefined) return known;
  const { server, anonymous } = scope.selector;
  const found = [
    server.section,
    ...server.globals,
    ...(anonymous === undefined ? [] : [anonymous.section]),
  ].some(holdsLimit);
  scopesWithLimits.set(scope, found);
  return found;
}

/** Whether `<Limit>` sections let a command of a session act on a path. @returns the refusal, or undefined. */
export function limitRefusal(
  scope: SessionScope,
  session: SessionView,
  row: AnyCommandRow,
  path: VirtualPath | undefined,
  subject: Subject,
): Reply | undefined {
  // <Limit LOGIN> is about logins and not about USER and PASS.
  if (row.group === 'LOGIN' || !hasLimits(scope)) return undefined;
  const command = limited(row);
  // ALL covers what deals with files; NOOP or TYPE only when it is named.
  const isAboutFiles = row.path !== undefined || row.group !== 'NONE';
  if (!isAboutFiles && scope.limits(command.names).length === 0) return undefined;
  const place = path ?? (session.isLoggedIn ? session.workingDirectory : undefined);
  if (isWithinLimits(place === undefined ? scope : scope.at(place), command, subject)) return undefined;
  if (row.verb === 'CCC') return reply(534, 'Unwilling to accept security parameters');
  return reply(550, `${path ?? row.verb}: ${refusalTexts[row.verb] ?? 'Operation not permitted'}`);
}
