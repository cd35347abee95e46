import { defineDirective, many, SERVER_CONTEXTS, text, type Context, type DirectiveRow } from '@ftpd/config';

const everyPlace: readonly Context[] = [...SERVER_CONTEXTS, '<Anonymous>', '<Directory>', '.ftpaccess'];

/** Directives that plain files hold and that change nothing here, with the reason; each use is warned about. */
const reasons: readonly (readonly [
  name: string,
  module: string,
  contexts: readonly Context[],
  reason: string,
])[] = [
  ['ScoreboardMutex', 'mod_core.c', ['server config'], 'nothing is locked: one process knows all sessions'],
  ['ScoreboardScrub', 'mod_core.c', ['server config'], 'sessions leave no stale entries'],
  ['ProcessTitles', 'mod_core.c', ['server config'], 'sessions are no processes'],
  ['RegexOptions', 'mod_core.c', SERVER_CONTEXTS, 'patterns are those of JavaScript'],
  ['FSCachePolicy', 'mod_core.c', SERVER_CONTEXTS, 'answers of the file system are not kept'],
  ['ExtendedLog', 'mod_log.c', everyPlace, 'this log is not written yet: use SystemLog and TransferLog'],
  ['LogFormat', 'mod_log.c', SERVER_CONTEXTS, 'ExtendedLog is not written yet'],
  ['LogOptions', 'mod_log.c', SERVER_CONTEXTS, 'ExtendedLog is not written yet'],
  ['ServerLog', 'mod_log.c', SERVER_CONTEXTS, 'all servers write to SystemLog'],
  ['TransferPriority', 'mod_xfer.c', everyPlace, 'sessions are no processes that could have a priority'],
];

function accepted(
  name: string,
  module: string,
  contexts: readonly Context[],
  reason: string,
): DirectiveRow<readonly string[]> {
  return defineDirective({
    name,
    module,
    syntax: `${name} ...`,
    contexts,
    repeats: 'all',
    doc: `Accepted without effect: ${reason}.`,
    parse: (args, site) => {
      site.warn(`has no effect: ${reason}`);
      return many(text)(args, site);
    },
  });
}

export const acceptedRows: readonly DirectiveRow<readonly string[]>[] = reasons.map((entry) =>
  accepted(...entry),
);
