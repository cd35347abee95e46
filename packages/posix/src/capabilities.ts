import { readFileSync } from 'node:fs';
import { capabilityNames, type CapabilityName } from './capability-names.ts';
import { PosixError } from './errors.ts';
import { orThrow, systemCall } from './native.ts';

/** The sets of a process. A number that has no name yet is written as `cap_N`. See capabilities(7). */
export interface Capabilities {
  readonly effective: ReadonlySet<string>;
  readonly permitted: ReadonlySet<string>;
  readonly inheritable: ReadonlySet<string>;
  readonly bounding: ReadonlySet<string>;
  readonly ambient: ReadonlySet<string>;
  /** Whether programs that it starts can gain nothing from setuid bits. See PR_SET_NO_NEW_PRIVS. */
  readonly hasNoNewPrivileges: boolean;
}

const headerVersion = 0x20_08_05_22;
const setParentSignal = 1;
const setNoNew = 38;
const signals = { none: 0, SIGKILL: 9, SIGTERM: 15 } as const;

const capget = systemCall<[Uint32Array, Uint32Array]>('capget', ['pointer', 'pointer']);
const capset = systemCall<[Uint32Array, Uint32Array]>('capset', ['pointer', 'pointer']);
const prctl = systemCall<[number, number, number, number, number]>('prctl', [
  'int',
  'long',
  'long',
  'long',
  'long',
]);

/**
 * What a process may do, from /proc/PID/status: of its first thread.
 * @param pid - 'self', 'thread-self' for the calling thread, or a process id.
 * @throws Node's ENOENT when there is no such process; PosixError EINVAL when /proc speaks another language.
 */
export function readCapabilities(pid: number | 'self' | 'thread-self' = 'self'): Capabilities {
  return parseStatus(readFileSync(`/proc/${pid}/status`, 'latin1'));
}

function parseStatus(text: string): Capabilities {
  const field = (name: string): string => {
    const found = new RegExp(`^${name}:\\s*([0-9a-f]+)$`, 'm').exec(text)?.[1];
    if (found !== undefined) return found;
    throw new PosixError('EINVAL', 'status', { message: `there is no ${name}`, errno: 22 });
  };
  return {
    effective: namesOf(field('CapEff')),
    permitted: namesOf(field('CapPrm')),
    inheritable: namesOf(field('CapInh')),
    bounding: namesOf(field('CapBnd')),
    ambient: namesOf(field('CapAmb')),
    hasNoNewPrivileges: field('NoNewPrivs') === '1',
  };
}

function namesOf(hexadecimal: string): ReadonlySet<string> {
  const names = new Set<string>();
  const bits = BigInt(`0x${hexadecimal}`);
  for (let index = 0; index < 64; index += 1) {
    if (((bits >> BigInt(index)) & 1n) === 1n) names.add(capabilityNames[index] ?? `cap_${index}`);
  }
  return names;
}

/**
 * Gives capabilities of the calling thread up for good: effective, permitted and inheritable (and with that, ambient).
 * Other threads keep theirs.
 * @see capset(2)
 */
export function dropThreadCapabilities(names: Iterable<CapabilityName>): void {
  // struct __user_cap_header_struct: the version, and 0 for this thread.
  const header = new Uint32Array([headerVersion, 0]);
  // Two of struct __user_cap_data_struct: effective, permitted, inheritable, of the capabilities 0 to 31 and 32 to 63.
  const data = new Uint32Array(6);
  orThrow('capget', capget(header, data));
  for (const name of names) {
    const index = capabilityNames.indexOf(name);
    const half = index < 32 ? 0 : 3;
    for (let set = half; set < half + 3; set += 1) {
      data[set] = (data[set] ?? 0) & ~(1 << (index % 32));
    }
  }
  orThrow('capset', capset(header, data));
}

/**
 * The signal that the kernel sends this process when the thread that started it ends; `none` for none. Lost when a setuid
 * program is run. Set it first, then look whether the parent is still there.
 * @see prctl(2) PR_SET_PDEATHSIG
 */
export function setParentDeathSignal(signal: keyof typeof signals): void {
  orThrow('prctl', prctl(setParentSignal, signals[signal], 0, 0, 0));
}

/**
 * From now on no program that this thread, or a later one of its making, starts gains a privilege.
 * @see prctl(2) PR_SET_NO_NEW_PRIVS
 */
export function setNoNewPrivileges(): void {
  orThrow('prctl', prctl(setNoNew, 1, 0, 0, 0));
}
