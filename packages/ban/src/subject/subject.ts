import { BanError } from '../errors.ts';
import { formatAddress, parseAddress, type Address } from './address.ts';
import { addressBits, formatPrefix, parsePrefix, prefixOf, type Prefix } from './prefix.ts';

/** `user@host` is a user at one address; `key` whatever the program names, such as an API token's id. */
export type SubjectType = 'host' | 'user' | 'class' | 'user@host' | 'key';

export const subjectTypes: readonly SubjectType[] = ['host', 'user', 'class', 'user@host', 'key'];

/** Who or what is counted, banned and checked. */
export interface Subject {
  readonly type: SubjectType;
  /** A host's address or CIDR, a user's or class's name, `user@address`, or a key; 1 to 512 characters. */
  readonly name: string;
  /**
   * For one of several servers that share the bans, such as `192.0.2.1#21`; 1 to 60 characters, no blanks or brackets.
   * What is banned there only is free elsewhere. Absent: for all; such a ban holds for every scope.
   */
  readonly scope?: string;
}

/** A subject with its one spelling. */
export interface CanonicalSubject extends Subject {
  /** `type:name` or `type[scope]:name`, unique. */
  readonly id: string;
  /** The same for all scopes, if it has one. */
  readonly everywhere?: CanonicalSubject;
  /** Of a host, and of the host in `user@host`. */
  readonly address?: Address;
  /** Of a host that is a network, not one address. */
  readonly network?: Prefix;
}

const maxNameLength = 512;

/**
 * Gives a subject its one spelling: IPv4 in IPv6 is IPv4, IPv6 is short and in lower case, a CIDR has no bits behind its
 * prefix. Names are kept as they are, in their case.
 * @throws {BanError} BAN_BAD_SUBJECT
 */
export function canonicalSubject({ type, name, scope }: Subject): CanonicalSubject {
  const everywhere = unscopedSubject({ type, name });
  return scope === undefined ? everywhere : scopedSubject(everywhere, scope);
}

const scopePattern = /^[^\s[\]]{1,60}$/u;

function scopedSubject(everywhere: CanonicalSubject, scope: string): CanonicalSubject {
  if (!scopePattern.test(scope)) throw new BanError('BAN_BAD_SUBJECT', 'A scope is 1 to 60 characters');
  const { type, name } = everywhere;
  return { ...everywhere, scope, id: `${type}[${scope}]:${name}`, everywhere };
}

function unscopedSubject({ type, name }: Subject): CanonicalSubject {
  if (!subjectTypes.includes(type) || typeof name !== 'string') throw new BanError('BAN_BAD_SUBJECT');
  if (name.length === 0 || name.length > maxNameLength) throw new BanError('BAN_BAD_SUBJECT');
  if (type === 'host') return canonicalHost(name);
  if (type !== 'user@host') return { type, name, id: `${type}:${name}` };
  const at = name.lastIndexOf('@');
  const address = parseAddress(name.slice(at + 1));
  if (at < 1 || address === undefined)
    throw new BanError('BAN_BAD_SUBJECT', 'user@host is a user and an address');
  const whole = `${name.slice(0, at)}@${formatAddress(address)}`;
  return { type, name: whole, id: `user@host:${whole}`, address };
}

function canonicalHost(text: string): CanonicalSubject {
  const prefix = parsePrefix(text);
  if (prefix === undefined)
    throw new BanError('BAN_BAD_SUBJECT', 'A host is an IPv4 or IPv6 address, or a CIDR');
  const name = formatPrefix(prefix);
  const subject = { type: 'host', name, id: `host:${name}` } as const;
  const { family, words, bits } = prefix;
  return bits === addressBits[family]
    ? { ...subject, address: { family, words } }
    : { ...subject, network: prefix };
}

/** The network in whose name an IPv6 host is banned, if hosts are grouped; anything else is itself. */
export function groupedSubject(subject: CanonicalSubject, ipv6PrefixBits: number): CanonicalSubject {
  const { type, address, scope, everywhere } = subject;
  if (scope !== undefined && everywhere !== undefined)
    return scopedSubject(groupedSubject(everywhere, ipv6PrefixBits), scope);
  if (type !== 'host' || address?.family !== 6 || ipv6PrefixBits >= 128) return subject;
  const network = prefixOf(address, ipv6PrefixBits);
  const name = formatPrefix(network);
  return { type, name, id: `host:${name}`, network };
}

/** @returns undefined for what is not the id of a canonical subject. */
export function subjectOfId(id: string): CanonicalSubject | undefined {
  const [whole, kind, scope] = /^([a-z@]+)(?:\[([^\]]*)\])?:/u.exec(id) ?? [];
  const type = subjectTypes.find((candidate) => candidate === kind);
  if (type === undefined || whole === undefined) return undefined;
  try {
    const name = id.slice(whole.length);
    const subject = canonicalSubject({ type, name, ...(scope === undefined ? {} : { scope }) });
    return subject.id === id ? subject : undefined;
  } catch {
    return undefined;
  }
}

/** What is banned, as it is told. */
export function toldSubject({ type, name, scope }: Subject): Subject {
  return scope === undefined ? { type, name } : { type, name, scope };
}

/** A subject, and the same for all scopes. */
export function withEverywhere(subject: CanonicalSubject): readonly CanonicalSubject[] {
  return subject.everywhere === undefined ? [subject] : [subject, subject.everywhere];
}
