import { readFileSync } from 'node:fs';

/** Sources of nsswitch.conf(5) that name no users or groups which files could own and /etc/passwd lacks. */
const plainSources: ReadonlySet<string> = new Set(['files', 'compat', 'systemd']);

/** Whether the name service looks for users or groups elsewhere than in files: LDAP, SSSD, winbind, NIS. */
export function hasMoreSources(read: () => string = readSwitch): boolean {
  const lines = read().matchAll(/^\s*(?:passwd|group)\s*:([^#\n]*)/gm);
  return [...lines].some(([, sources = '']) =>
    sources
      .replaceAll(/\[[^\]]*\]/g, ' ')
      .split(/\s+/)
      .some((source) => source !== '' && !plainSources.has(source)),
  );
}

function readSwitch(): string {
  try {
    return readFileSync('/etc/nsswitch.conf', 'latin1');
  } catch {
    return '';
  }
}
