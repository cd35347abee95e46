import { PrefixTable } from './subject/prefix-table.ts';
import { canonicalSubject, type CanonicalSubject, type Subject } from './subject/subject.ts';

/** Whether a subject may never be banned. */
export type AllowList = (subject: CanonicalSubject) => boolean;

/**
 * An allow list. A host covers itself, a network all hosts in it; both cover `user@host` there, and a user covers
 * `user@host` anywhere.
 * @throws {BanError} BAN_BAD_SUBJECT
 */
export function createAllowList(subjects: readonly Subject[]): AllowList {
  const ids = new Set<string>();
  const networks = new PrefixTable<CanonicalSubject>();
  for (const { type, name } of subjects) {
    const subject = canonicalSubject({ type, name });
    ids.add(subject.id);
    if (subject.network !== undefined) networks.set(subject.network, subject);
    else if (subject.type === 'host' && subject.address !== undefined)
      networks.set({ ...subject.address, bits: subject.address.family === 4 ? 32 : 128 }, subject);
  }
  if (ids.size === 0) return () => false;
  return ({ id: own, everywhere: { id } = { id: own }, type, name, address }) =>
    ids.has(id) ||
    (address !== undefined && networks.find(address) !== undefined) ||
    (type === 'user@host' && ids.has(`user:${name.slice(0, name.lastIndexOf('@'))}`));
}
