import { badCount, badValue, defineDirective, SERVER_CONTEXTS, type DirectiveRow } from '@ftpd/config';

const module = 'mod_redis.c';
const contexts = [...SERVER_CONTEXTS, '<Anonymous>', '<Directory>'] as const;
const sentence = 'has no effect: nothing is written to lists in Redis yet';

function eventRow(name: string, what: string): DirectiveRow<readonly string[]> {
  return defineDirective({
    name,
    module,
    syntax: `${name} none|${what} format-name [key]`,
    contexts,
    repeats: 'all',
    doc: 'Accepted without effect: nothing is written to lists in Redis yet.',
    parse: (args, site) => {
      const isNone = args.length === 1 && args[0]?.toLowerCase() === 'none';
      if (!isNone && (args.length < 2 || args.length > 3)) throw badCount();
      if (!isNone) site.warn(sentence);
      return args;
    },
  });
}

const formatExtra = defineDirective({
  name: 'RedisLogFormatExtra',
  module,
  syntax: 'RedisLogFormatExtra format-name json-object',
  contexts,
  repeats: 'all',
  doc: 'Accepted without effect: nothing is written to lists in Redis yet.',
  parse: (args, site) => {
    const [, json] = args;
    if (json === undefined) throw badCount('missing parameters');
    if (!isJsonObject(json))
      throw badValue(`error parsing '${json}' as JSON object: invalid JSON`, 1, 'write {"name":"value"}');
    site.warn(sentence);
    return args;
  },
});

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export const redisLogRows = [
  eventRow('RedisLogOnCommand', 'commands'),
  eventRow('RedisLogOnEvent', 'events'),
  formatExtra,
];
