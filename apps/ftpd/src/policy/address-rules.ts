import { BlockList, isIP } from 'node:net';

/** A client, as rules about hosts see it. */
export interface Host {
  /** Numeric, v4-mapped IPv6 folded to IPv4. */
  readonly address: string;
  /** Name by reverse DNS. Absent: unknown, rules about names don't match. */
  readonly name?: string;
}

export interface HostRule {
  (host: Host): boolean;
  /** Whether it may depend on the name: then the name is worth waiting for. */
  readonly isAboutNames?: boolean;
}

const aboutNames = (rule: (host: Host) => boolean): HostRule => Object.assign(rule, { isAboutNames: true });

/**
 * One rule of From, Allow or Deny: `all`, `none`, `192.0.2.1`, `192.0.2.`, `192.0.2.0/24`, `2001:db8::/32`,
 * `192.0.*`, `host.example.com`, `.example.com`, `*.example.com`; with `!` in front: the opposite.
 * @throws {RangeError} if it is none of these.
 */
export function hostRule(text: string): HostRule {
  if (text.startsWith('!')) {
    const rule = hostRule(text.slice(1));
    const opposite = (host: Host): boolean => !rule(host);
    return rule.isAboutNames === true ? aboutNames(opposite) : opposite;
  }
  const lower = text.toLowerCase();
  if (lower === 'all') return () => true;
  if (lower === 'none') return () => false;
  if (lower.includes('/')) return networkRule(lower);
  if (isIP(lower) !== 0) return networkRule(`${lower}/${isIP(lower) === 4 ? 32 : 128}`);
  if (/^(\d{1,3}\.){1,3}$/.test(lower)) return ({ address }) => address.startsWith(lower);
  if (lower.startsWith('.')) return aboutNames(({ name }) => name?.toLowerCase().endsWith(lower) === true);
  if (/[*?[\]]/.test(lower)) return globRule(lower);
  if (!/^[a-z0-9_.-]+$/.test(lower)) throw new RangeError(`'${text}' is no address, network or host name`);
  return aboutNames(({ name }) => name?.toLowerCase() === lower);
}

function networkRule(text: string): HostRule {
  const [address = '', bits = ''] = text.split('/');
  const family = isIP(address);
  const isV4 = family === 4;
  if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (isV4 ? 32 : 128)) {
    throw new RangeError(`'${text}' is no network`);
  }
  const network = new BlockList();
  network.addSubnet(address, Number(bits), isV4 ? 'ipv4' : 'ipv6');
  return (host) => {
    const hostFamily = isIP(host.address);
    return hostFamily !== 0 && network.check(host.address, hostFamily === 4 ? 'ipv4' : 'ipv6');
  };
}

function globRule(glob: string): HostRule {
  const pattern = globExpression(glob);
  const rule = ({ address, name }: Host): boolean =>
    pattern.test(address) || (name !== undefined && pattern.test(name.toLowerCase()));
  return /[a-z]/.test(glob) ? aboutNames(rule) : rule;
}

/** Runs of `*` are one: the expression of a configuration must not take long over a name that a client's DNS chose. */
function globExpression(glob: string): RegExp {
  const source = glob
    .replace(/\*+/g, '*')
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^]*')
    .replaceAll('?', '.')
    .replaceAll('[!', '[^');
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    throw new RangeError(`'${glob}' is no pattern`);
  }
}
