import {
  matchesNames,
  valuesIn,
  type CheckedSection,
  type LimitSection,
  type NameExpression,
  type Scope,
  type SessionScope,
} from '@ftpd/config';
import {
  allow,
  allowAll,
  allowClass,
  allowGroup,
  allowUser,
  deny,
  denyAll,
  denyClass,
  denyGroup,
  denyUser,
  order,
} from '../modules/core/access.ts';
import type { Host, HostRule } from './address-rules.ts';

/** Who wants to do something. */
export interface Subject extends Host {
  /** Absent: nobody logged in yet. */
  readonly user?: string;
  readonly groups: readonly string[];
  readonly className?: string;
}

/** `open`: the section says nothing about this subject, others decide. */
export type LimitVerdict = 'allowed' | 'denied' | 'open';

type Rule = (subject: Subject) => boolean;

interface CompiledLimit {
  readonly deniesFirst: boolean;
  readonly allows: readonly Rule[];
  readonly denies: readonly Rule[];
}

const compiled = new WeakMap<CheckedSection, CompiledLimit>();

function compile(section: CheckedSection): CompiledLimit {
  const known = compiled.get(section);
  if (known !== undefined) return known;
  const hosts = (row: typeof allow): Rule[] =>
    valuesIn(section, row).flatMap((rules: readonly HostRule[]) => rules);
  const everybody = (row: typeof allowAll): Rule[] =>
    valuesIn(section, row).at(-1) === true ? [() => true] : [];
  const named = (row: typeof allowUser, names: (subject: Subject) => readonly string[] | undefined): Rule[] =>
    valuesIn(section, row).map((expression: NameExpression) => (subject) => {
      const of = names(subject);
      return of !== undefined && matchesNames(expression, of);
    });
  const user = (subject: Subject) => (subject.user === undefined ? undefined : [subject.user]);
  const groups = (subject: Subject) => (subject.user === undefined ? undefined : subject.groups);
  const className = (subject: Subject) => (subject.className === undefined ? [] : [subject.className]);
  const limit: CompiledLimit = {
    deniesFirst: valuesIn(section, order).at(-1) === 'deny,allow',
    allows: [
      ...named(allowUser, user),
      ...named(allowGroup, groups),
      ...named(allowClass, className),
      ...hosts(allow),
      ...everybody(allowAll),
    ],
    denies: [
      ...named(denyUser, user),
      ...named(denyGroup, groups),
      ...named(denyClass, className),
      ...hosts(deny),
      ...everybody(denyAll),
    ],
  };
  compiled.set(section, limit);
  return limit;
}

/** What one section says. @see ProFTPD Order */
export function limitVerdict(section: CheckedSection, subject: Subject): LimitVerdict {
  const { deniesFirst, allows, denies } = compile(section);
  const isAllowed = (): boolean => allows.some((rule) => rule(subject));
  const isDenied = (): boolean => denies.some((rule) => rule(subject));
  if (!deniesFirst) return isAllowed() ? 'allowed' : isDenied() ? 'denied' : 'open';
  return isDenied() || !isAllowed() ? 'denied' : 'allowed';
}

function firstVerdict(limits: readonly LimitSection[], subject: Subject): LimitVerdict {
  for (const { section } of limits) {
    const verdict = limitVerdict(section, subject);
    if (verdict !== 'open') return verdict;
  }
  return 'open';
}

/** What a command is called in `<Limit>`. */
export interface LimitedCommand {
  /** The verb and its aliases, or `SITE_CHMOD`. */
  readonly names: readonly string[];
  /** READ, WRITE, DIRS or NONE. */
  readonly group: string;
}

/**
 * Whether `<Limit>` sections let a command pass: those that name it before those that name its group, and these before
 * ALL; within each, the closest section first. @see ProFTPD howto Limit
 */
export function isWithinLimits(scope: Scope, { names, group }: LimitedCommand, subject: Subject): boolean {
  for (const tier of [names, ...(group === 'NONE' ? [] : [[group]]), ['ALL']]) {
    const verdict = firstVerdict(scope.limits(tier), subject);
    if (verdict !== 'open') return verdict === 'allowed';
  }
  return true;
}

/**
 * Whether `<Limit LOGIN>` lets somebody in: the closest context that says anything decides, and of several sections of
 * one context the last. @see ProFTPD howto Limit
 */
export function isLoginWithinLimits(scope: SessionScope, subject: Subject): boolean {
  const { server, anonymous } = scope.selector;
  const contexts = [
    ...(anonymous === undefined ? [] : [anonymous.section]),
    server.section,
    ...server.globals,
  ];
  const verdicts = new Map<CheckedSection | undefined, LimitVerdict>();
  for (const { section } of scope.limits(['LOGIN'])) {
    const verdict = limitVerdict(section, subject);
    // Sections of <IfUser> and the like are in none of these contexts: they are one of their own.
    if (verdict !== 'open')
      verdicts.set(
        contexts.find(({ sections }) => sections.includes(section)),
        verdict,
      );
  }
  const [closest = 'open'] = verdicts.values();
  return closest !== 'denied';
}
