import type { CheckedSection } from './check.ts';
import { booleanOf } from './values.ts';

/** A server of the configuration: the main one or a `<VirtualHost>`. */
export interface ServerSection {
  /** 0: the main server; then the virtual hosts in file order. */
  readonly index: number;
  readonly isMain: boolean;
  /** ServerName; `ProFTPD` if not set. */
  readonly name: string;
  /** As written: DefaultAddress, or the parameters of `<VirtualHost>`. Empty: the host's own addresses. */
  readonly addresses: readonly string[];
  /** Port; 21 if not set. 0: the server takes no connections. Undefined: not a number. */
  readonly port: number | undefined;
  /** Names of ServerAlias, and those of `<VirtualHost>` that are not addresses; in lower case. */
  readonly hostNames: readonly string[];
  /** DefaultServer. */
  readonly isDefault: boolean;
  readonly section: CheckedSection;
  /** Every `<Global>`, in file order. */
  readonly globals: readonly CheckedSection[];
}

/** The servers of a checked configuration, the main one first. */
export function serversOf(root: CheckedSection): readonly ServerSection[] {
  const hosts = root.sectionsByKind.get('virtualhost') ?? [];
  const globals = [root, ...hosts].flatMap(({ sectionsByKind }) => sectionsByKind.get('global') ?? []);
  return [root, ...hosts].map((section, index) => serverOf(section, index, globals));
}

function serverOf(section: CheckedSection, index: number, globals: readonly CheckedSection[]): ServerSection {
  const last = (key: string): readonly string[] | undefined => lastArgs(section, key);
  const written = index === 0 ? (last('defaultaddress') ?? []) : section.node.args;
  const aliases = (section.settings.get('serveralias') ?? []).flatMap(({ node }) => node.args);
  const names = index === 0 ? aliases : [...written.filter((text) => !isAddress(text)), ...aliases];
  const port =
    last('port') ?? globals.map((global) => lastArgs(global, 'port')).find((args) => args !== undefined);
  return {
    index,
    isMain: index === 0,
    name: last('servername')?.[0] ?? 'ProFTPD',
    addresses: written,
    port: portOf(port?.[0]),
    hostNames: names.map((text) => text.toLowerCase()),
    isDefault: booleanOf(last('defaultserver')?.[0] ?? 'off') === true,
    section,
    globals,
  };
}

function lastArgs(section: CheckedSection, key: string): readonly string[] | undefined {
  return section.settings.get(key)?.at(-1)?.node.args;
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return 21;
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : undefined;
}

/** Whether the text is an IPv4 or IPv6 address rather than a name. */
function isAddress(text: string): boolean {
  return text.includes(':') || /^\d{1,3}(?:\.\d{1,3}){3}$/u.test(text);
}
