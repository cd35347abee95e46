import { badCount, badValue, defineDirective, type DirectiveRow } from '@ftpd/config';

/** A CacheBackend line. */
export interface CacheBackendValue {
  /** In lower case. */
  readonly name: string;
  readonly url: string;
  readonly options: Readonly<Record<string, string>>;
}

/** Other directives know these words already. */
const taken: ReadonlySet<string> = new Set(['memcache', 'redis', 'internal', 'shm', 'fs', 'off', 'none']);

export const cacheBackendRow: DirectiveRow<CacheBackendValue> = defineDirective({
  name: 'CacheBackend',
  module: 'mod_ftpd.c',
  syntax: 'CacheBackend name url [option=value ...]',
  contexts: ['server config'],
  repeats: 'all',
  doc: 'A cache of another driver, under a name for directives such as BanCache. The URL’s scheme names the driver: memcache, redis, or one that LoadModule brings.',
  parse: ([name = '', url = '', ...words]): CacheBackendValue => {
    if (url === '') throw badCount('missing parameters');
    if (!/^[a-z][a-z0-9-]{0,63}$/iu.test(name))
      throw badValue(`'${name}' is no name for a cache`, 0, 'write letters, digits and hyphens');
    if (taken.has(name.toLowerCase()))
      throw badValue(`'${name}' means something else`, 0, 'choose another name');
    if (!/^[a-z][a-z0-9+.-]*:/u.test(url))
      throw badValue(`the second parameter is no URL`, 1, "write it as in 'redis://host:6379'");
    const options = words.map((word, index) => {
      const [, option, value] = /^([a-z][a-z0-9-]*)=(.*)$/su.exec(word) ?? [];
      if (option === undefined || value === undefined)
        throw badValue(`'${word.split('=')[0]}' is no option`, index + 2, "write 'option=value'");
      return [option, value] as const;
    });
    return { name: name.toLowerCase(), url, options: Object.fromEntries(options) };
  },
});
