import { valuesIn, type CheckedSection, type Configuration, type SessionScope } from '@ftpd/config';
import type { SessionView, Settings } from '@ftpd/server';
import { allowLogSymlinks } from '../modules/mod_log.ts';
import { applyRules, type TraceLevels, type TraceRule } from './levels.ts';
import { defaultTraceFormat } from './trace-line.ts';
import type { TraceSettings } from './trace-log.ts';
import { traceLogRow, traceOptionsRow, traceRow } from './trace-rows.ts';

/** What a configuration says of tracing. */
export function traceSettings(configuration: Configuration, main: SessionScope): TraceSettings {
  const file = main.first(traceLogRow);
  const ofMain = main.first(traceRow) ?? [];
  const everyRule = rulesBelow(configuration.servers[0].section);
  const levels = applyRules(ofMain.filter(({ isForSessions }) => !isForSessions));
  const dependsOnSession =
    everyRule.length > ofMain.length || ofMain.some(({ isForSessions }) => isForSessions);
  return {
    allowsSymlink: main.first(allowLogSymlinks),
    format: { ...defaultTraceFormat, ...main.first(traceOptionsRow) },
    levels,
    ceiling: Math.max(0, ...everyRule.map((rule) => rule.levels.max)),
    ...(file === undefined ? {} : { file }),
    ...(dependsOnSession ? { levelsOf: levelsBySession(levels) } : {}),
  };
}

/** The rules of a section and of all inside of it; the main server's holds the others. */
function rulesBelow(section: CheckedSection): readonly TraceRule[] {
  return [...valuesIn(section, traceRow).flat(), ...section.sections.flatMap(rulesBelow)];
}

/** Rules in force for a session lie over those for all. Sessions with the same settings share the answer. */
function levelsBySession(base: TraceLevels): (session: SessionView) => TraceLevels {
  const known = new WeakMap<Settings, TraceLevels>();
  return ({ settings }) => {
    const found = known.get(settings);
    if (found !== undefined) return found;
    const rules = settings.directives.first(traceRow.name);
    const levels = Array.isArray(rules) ? applyRules(rules as readonly TraceRule[], base) : base;
    known.set(settings, levels);
    return levels;
  };
}
