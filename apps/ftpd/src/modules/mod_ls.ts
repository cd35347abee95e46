import {
  badCount,
  badValue,
  booleanOf,
  defineDirective,
  exactlyOne,
  integer,
  octalMode,
  SERVER_CONTEXTS,
  type Context,
} from '@ftpd/config';
import { defineModule, type FtpdModule } from '@ftpd/module';
import { switchRow } from './switch-row.ts';

const module = 'mod_ls.c';
const serversAndAnonymous: readonly Context[] = [...SERVER_CONTEXTS, '<Anonymous>'];
const wherePathsMatter: readonly Context[] = [...serversAndAnonymous, '<Directory>', '.ftpaccess'];

/** Options of LIST as mod_ls knows them. */
const knownOptions = /^-[1AaBCcdFfhLlnRrStUu]+$/;
const ignoredFlags: ReadonlySet<string> = new Set([
  'listonly',
  'nlstonly',
  'noerrorifabsent',
  'adjustedsymlinks',
  'sortednlst',
]);
const numbers = { maxdepth: 'maxDepth', maxfiles: 'maxFiles', maxdirs: 'maxDirectories' } as const;

export interface ListOptionsValue {
  /** Such as `-la`; empty: none. */
  readonly text: string;
  /** What the client asks for does not count. */
  readonly isStrict: boolean;
  readonly maxDepth?: number;
  readonly maxFiles?: number;
  readonly maxDirectories?: number;
}

export const listOptions = defineDirective({
  name: 'ListOptions',
  module,
  syntax: 'ListOptions "options" [strict] [maxdepth n] [maxfiles n] [maxdirs n]',
  contexts: wherePathsMatter,
  repeats: 'first-wins',
  defaultValue: { text: '', isStrict: false } as ListOptionsValue,
  doc: 'Options of every LIST and NLST, and bounds of recursive ones.',
  parse: (args, site): ListOptionsValue => {
    const [options, ...rest] = args;
    if (options === undefined) throw badCount();
    const unsupported = options
      .split(/\s+/)
      .find((word) => word !== '' && !knownOptions.test(word) && !/^[+-]/.test(word));
    if (unsupported !== undefined) throw badValue(`: unknown option: '${unsupported}'`, 0);
    let value: ListOptionsValue = { text: options, isStrict: false };
    for (let at = 0; at < rest.length; at += 1) {
      const word = (rest[at] ?? '').toLowerCase();
      const bound = Object.hasOwn(numbers, word) ? numbers[word as keyof typeof numbers] : undefined;
      if (bound !== undefined) {
        at += 1;
        value = { ...value, [bound]: integer(1)(rest[at] ?? '') };
      } else if (word === 'strict') value = { ...value, isStrict: true };
      else if (ignoredFlags.has(word)) site.warn(`${rest[at]} has no effect here`);
      else throw badValue(`: unknown keyword: '${rest[at]}'`, at + 1);
    }
    return value;
  },
});

export const showSymlinks = switchRow({
  name: 'ShowSymlinks',
  module,
  contexts: wherePathsMatter,
  defaultValue: true,
  doc: 'Whether listings show symbolic links as such; off: what they lead to.',
});

export const useGlobbing = switchRow({
  name: 'UseGlobbing',
  module,
  contexts: serversAndAnonymous,
  defaultValue: true,
  doc: 'Whether LIST and NLST understand wildcards.',
});

/** `undefined`: the real name is shown; `~`: the name of who asks. */
function fakeRow(name: 'DirFakeUser' | 'DirFakeGroup', doc: string) {
  return defineDirective({
    name,
    module,
    syntax: `${name} off|on [name]`,
    contexts: wherePathsMatter,
    repeats: 'last-wins',
    doc,
    parse: (args): string | undefined => {
      const [word, shown = 'ftp'] = args;
      if (word === undefined || args.length > 2) throw badCount();
      const isOn = booleanOf(word);
      if (isOn === undefined) throw badValue('expected boolean argument', 0);
      return isOn ? shown : undefined;
    },
  });
}

export const dirFakeUser = fakeRow('DirFakeUser', 'The owner that listings show for every file.');
export const dirFakeGroup = fakeRow('DirFakeGroup', 'The group that listings show for every file.');

export const dirFakeMode = defineDirective({
  name: 'DirFakeMode',
  module,
  syntax: 'DirFakeMode mode',
  contexts: wherePathsMatter,
  repeats: 'last-wins',
  doc: 'The permissions that listings show for every file; folders get x where there is r.',
  parse: exactlyOne(octalMode('mode', 0o7777)),
});

/** Listings. */
export const modLs: FtpdModule = defineModule({
  name: 'mod_ls',
  apiVersion: 1,
  directives: [listOptions, showSymlinks, useGlobbing, dirFakeUser, dirFakeGroup, dirFakeMode],
});
