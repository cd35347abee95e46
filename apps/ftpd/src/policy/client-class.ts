import { hostRule, type Host } from './address-rules.ts';

/** A `<Class>` section. */
export interface ClassDefinition {
  readonly name: string;
  /** All `From` rules. */
  readonly from: readonly string[];
  /** `Satisfy`: whether one rule is enough. */
  readonly satisfy: 'any' | 'all';
}

export interface ClassMatcher {
  readonly name: string;
  readonly matches: (host: Host) => boolean;
  readonly isAboutNames: boolean;
}

/** @throws {RangeError} about a rule that is none. */
export function classMatcher({ name, from, satisfy }: ClassDefinition): ClassMatcher {
  const rules = from.map(hostRule);
  const isMember =
    satisfy === 'all'
      ? (host: Host) => rules.length > 0 && rules.every((rule) => rule(host))
      : (host: Host) => rules.some((rule) => rule(host));
  return { name, matches: isMember, isAboutNames: rules.some((rule) => rule.isAboutNames === true) };
}

/** The first class of the configuration that the client is in. @see howto/Classes */
export function classOf(classes: readonly ClassMatcher[], host: Host): string | undefined {
  return classes.find(({ matches }) => matches(host))?.name;
}
