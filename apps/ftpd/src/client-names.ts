import { Resolver } from 'node:dns/promises';
import { normaliseAddress } from '@ftpd/protocol';

/** Names of clients by reverse DNS (UseReverseDNS). */
export interface ClientNames {
  /** The name of an address if it is known already. */
  known(address: string): string | undefined;
  /** Looks the name up, within a deadline. Never throws. @returns undefined if there is none that can be trusted. */
  find(address: string): Promise<string | undefined>;
}

/** The questions to DNS; each may reject. */
export interface NameQueries {
  reverse(address: string): Promise<readonly string[]>;
  forward(name: string, family: 4 | 6): Promise<readonly string[]>;
}

export interface ClientNamesOptions {
  readonly queries?: NameQueries;
  /** How long an answer holds, in ms; also that there is no name. Default: 5 minutes. */
  readonly keptMs?: number;
  /** How long one look-up may take, in ms. Default: 2 seconds. */
  readonly deadlineMs?: number;
  /** Addresses that are remembered, and look-ups under way, at the most. More have no name for now. */
  readonly maxKept?: number;
  readonly maxUnderWay?: number;
  readonly now?: () => number;
}

/** c-ares, not getaddrinfo(3): a name server of a client that never answers must not hold the threads that files need. */
function dnsQueries(): NameQueries {
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  return {
    reverse: (address) => resolver.reverse(address),
    forward: (name, family) => (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name)),
  };
}

export function createClientNames({
  queries = dnsQueries(),
  keptMs = 300_000,
  deadlineMs = 2000,
  maxKept = 10_000,
  maxUnderWay = 256,
  now = Date.now,
}: ClientNamesOptions = {}): ClientNames {
  const kept = new Map<string, { readonly name: string | undefined; readonly untilMs: number }>();
  const underWay = new Map<string, Promise<string | undefined>>();

  /** A name counts if it leads back: whoever owns the address chooses what its reverse entry says. */
  async function confirmed(address: string): Promise<string | undefined> {
    for (const name of (await queries.reverse(address)).slice(0, 4)) {
      const back = await queries.forward(name, address.includes(':') ? 6 : 4).catch(() => []);
      if (back.some((entry) => normaliseAddress(entry) === address)) return name;
    }
    return undefined;
  }

  async function lookUp(address: string): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), deadlineMs);
    });
    const name = await Promise.race([confirmed(address).catch(() => undefined), late]);
    clearTimeout(timer);
    if (kept.size >= maxKept) kept.clear();
    kept.set(address, { name, untilMs: now() + keptMs });
    return name;
  }

  function current(address: string) {
    const entry = kept.get(address);
    return entry !== undefined && entry.untilMs > now() ? entry : undefined;
  }

  return {
    known: (address) => current(address)?.name,
    find(address) {
      const entry = current(address);
      if (entry !== undefined) return Promise.resolve(entry.name);
      const shared = underWay.get(address);
      if (shared !== undefined) return shared;
      if (underWay.size >= maxUnderWay) return Promise.resolve(undefined);
      const asked = lookUp(address).finally(() => underWay.delete(address));
      underWay.set(address, asked);
      return asked;
    },
  };
}
