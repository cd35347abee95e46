import { readFileSync } from 'node:fs';
import { availableModules, isAvailable } from './built-in.ts';
import { defaultConfigFile } from './argv.ts';
import { defaultPidFile, defaultScoreboardFile } from './default-paths.ts';

/** The ProFTPD whose behaviour, directives and texts are followed; `<IfVersion>` compares with it. */
export const proftpdVersion = '1.3.8';

/** Version of this package. */
export function ownVersion(): string {
  // The same place seen from src/ and from dist/.
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

/** What `-v` prints: ProFTPD's words first, because tools look for them. */
export function versionText(own: string = ownVersion()): string {
  return `ProFTPD Version ${proftpdVersion} (ftpd ${own})`;
}

/** What `-vv` prints. */
export function statusText(own: string = ownVersion()): string {
  return [
    `ProFTPD Version: ${proftpdVersion} (ftpd ${own})`,
    '  Scoreboard Version: ftpd',
    `  Node.js: ${process.version}`,
    '',
    'Loaded modules:',
    ...availableModules().map((name) => `  ${name}.c`),
  ].join('\n');
}

/** `+`: there, `-`: not there. The names are those of `proftpd -V`, so that tools which look for them work. */
const features = (): readonly (readonly [present: boolean, text: string])[] => [
  [false, 'Autoshadow support'],
  [false, 'Controls support'],
  [false, 'curses support'],
  [false, 'Developer support'],
  [true, 'DSO support'],
  [true, 'IPv6 support'],
  [true, 'Largefile support'],
  [false, 'Lastlog support'],
  [isAvailable('mod_memcache'), 'Memcache support'],
  [false, 'ncursesw support'],
  [true, 'NLS support'],
  [false, 'OpenSSL support'],
  [false, 'PCRE support'],
  [false, 'POSIX ACL support'],
  [isAvailable('mod_redis'), 'Redis support'],
  [true, 'Sendfile support'],
  [false, 'Shadow file support'],
  [false, 'Sodium support'],
  [true, 'Trace support'],
  [false, 'xattr support'],
];

/** What `-V` prints; test suites and packagers parse `  Version:` and the features. */
export function settingsText(own: string = ownVersion()): string {
  return [
    'Compile-time Settings:',
    `  Version: ${proftpdVersion} (ftpd ${own})`,
    `  Platform: ${process.platform.toUpperCase()} [Node.js ${process.version} ${process.arch}]`,
    '',
    '  Files:',
    '    Configuration File:',
    `      ${defaultConfigFile}`,
    '    Pid File:',
    `      ${defaultPidFile}`,
    '    Scoreboard File:',
    `      ${defaultScoreboardFile}`,
    '',
    '  Info:',
    '    + Max supported UID: 4294967295',
    '    + Max supported GID: 4294967295',
    '',
    '  Features:',
    ...features().map(([isPresent, text]) => `    ${isPresent ? '+' : '-'} ${text}`),
    '',
  ].join('\n');
}
