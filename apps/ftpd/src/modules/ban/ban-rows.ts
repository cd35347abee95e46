import {
  absolutePath,
  badCount,
  badValue,
  boolean,
  defineDirective,
  noneOr,
  one,
  SERVER_CONTEXTS,
  text,
  type Context,
  type DirectiveRow,
} from '@ftpd/config';
import type { ControlsAcl } from '@ftpd/module';
import { controlsAclRow } from '../../controls/acl-row.ts';

const module = 'mod_ban.c';
const daemonContexts: readonly Context[] = ['server config', '<Global>'];

export const banEngine: DirectiveRow<boolean> = defineDirective({
  name: 'BanEngine',
  module,
  syntax: 'BanEngine on|off',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  doc: 'Whether clients are counted, banned and kept out. Off unless set; a virtual server without it is as the main one, and <Global> switches all.',
  parse: one(boolean),
});

export const banTable: DirectiveRow<string> = defineDirective({
  name: 'BanTable',
  module,
  syntax: 'BanTable path',
  contexts: ['server config'],
  repeats: 'last-wins',
  doc: 'The file that keeps bans over a restart; needed where BanEngine is on. A file of ProFTPD may stand there: it is empty.',
  parse: one(absolutePath),
});

export const banLog: DirectiveRow<string | undefined> = defineDirective({
  name: 'BanLog',
  module,
  syntax: 'BanLog path|none',
  contexts: daemonContexts,
  repeats: 'last-wins',
  doc: 'The file that is told of bans, permits and refused clients.',
  parse: one(noneOr(absolutePath)),
});

export const banMessage: DirectiveRow<string> = defineDirective({
  name: 'BanMessage',
  module,
  syntax: 'BanMessage message',
  contexts: daemonContexts,
  repeats: 'last-wins',
  doc: 'What banned clients are told with 530. %a is the client’s address, %c its class, %u the banned user. Without it they are told nothing.',
  parse: one(text),
});

export const banOptions: DirectiveRow<ReadonlySet<'MatchAnyServer'>> = defineDirective({
  name: 'BanOptions',
  module,
  syntax: 'BanOptions MatchAnyServer ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'merge',
  merge: (one, other) => new Set([...one, ...other]),
  doc: 'MatchAnyServer: what a rule bans is banned from all virtual servers. Without BanCache it holds for the server on which it was made otherwise.',
  parse: (args) => {
    if (args.length === 0) throw badCount();
    for (const [index, word] of args.entries())
      if (word.toLowerCase() !== 'matchanyserver')
        throw badValue(`: unknown BanOption '${word}'`, index, 'known: MatchAnyServer');
    return new Set(['MatchAnyServer'] as const);
  },
});

/** `memcache`, `redis`, or the name of a CacheBackend; in lower case. */
export const banCache: DirectiveRow<string> = defineDirective({
  name: 'BanCache',
  module,
  syntax: 'BanCache memcache|redis|name',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  doc: 'Where bans and counts are shared: in memcached or Redis as mod_memcache and mod_redis have them, with ProFTPD as well, or in the cache of a CacheBackend line.',
  parse: (args, site) => {
    const [name = '', ...others] = args;
    if (name === '' || others.length > 2) throw badCount();
    if (!/^[a-z][a-z0-9-]{0,63}$/iu.test(name))
      throw badValue(
        `unsupported BanCache driver '${name}'`,
        0,
        'write memcache, redis or the name of a CacheBackend',
      );
    if (others.length > 0) site.warn(`parameters after '${name}' are ignored`);
    return name.toLowerCase();
  },
});

const cacheOptions = ['MatchServer', 'UseJSON'] as const;

export const banCacheOptions: DirectiveRow<ReadonlySet<(typeof cacheOptions)[number]>> = defineDirective({
  name: 'BanCacheOptions',
  module,
  syntax: 'BanCacheOptions MatchServer|UseJSON ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  doc: 'UseJSON: records in memcached are JSON, as those in Redis always are; all nodes of a pool must agree. MatchServer: bans hold only for servers of the address and port on which they were made.',
  parse: (args) => {
    if (args.length === 0) throw badCount();
    return new Set(
      args.map((word, index) => {
        const option = cacheOptions.find((candidate) => candidate === word);
        if (option === undefined)
          throw badValue(`unknown BanCacheOption '${word}'`, index, `known: ${cacheOptions.join(', ')}`);
        return option;
      }),
    );
  },
});

export const banControlsAcls: DirectiveRow<ControlsAcl> = controlsAclRow({
  name: 'BanControlsACLs',
  module,
  actions: ['ban', 'permit'],
});
