import { describe, expect, it } from 'vitest';
import { configurationOf, problemsOf } from '../../test/configuration-of.ts';
import { memcacheStore } from './mod_memcache.ts';
import { redisServer, redisSentinel } from './redis/redis-rows.ts';

async function scopeOf(text: string) {
  const configuration = await configurationOf(text);
  const [server] = configuration.servers;
  return configuration.scope({ server });
}

const storeOf = async (text: string) => memcacheStore(await scopeOf(text));

describe('the directives of mod_memcache and mod_redis', () => {
  // Measured with `proftpd -t` of 1.3.8.
  it.each([
    ['MemcacheEngine', 'MemcacheEngine: missing parameters'],
    ['MemcacheEngine maybe', 'MemcacheEngine: expected Boolean parameter'],
    ['MemcacheLog', 'MemcacheLog: missing parameters'],
    ['MemcacheLog relative', 'MemcacheLog: must be an absolute path'],
    ['MemcacheOptions', 'MemcacheOptions: wrong number of parameters'],
    ['MemcacheOptions nobinaryprotocol', "MemcacheOptions: : unknown MemcacheOption 'nobinaryprotocol'"],
    ['MemcacheReplicas', 'MemcacheReplicas: missing parameters'],
    ['MemcacheReplicas 1x', 'MemcacheReplicas: bad replica parameter: 1x'],
    ['MemcacheServers', 'MemcacheServers: wrong number of parameters'],
    ['MemcacheTimeouts 1 2', 'MemcacheTimeouts: wrong number of parameters'],
    ['MemcacheTimeouts 1 2 3 4 5', 'MemcacheTimeouts: wrong number of parameters'],
    ['MemcacheTimeouts 500ms 2 3', 'MemcacheTimeouts: badly formatted connect timeout value: 500ms'],
    ['MemcacheTimeouts 1 x 3', 'MemcacheTimeouts: badly formatted read timeout value: x'],
    ['MemcacheTimeouts 1 2 x', 'MemcacheTimeouts: badly formatted write timeout value: x'],
    ['MemcacheTimeouts 1 2 3 x', 'MemcacheTimeouts: badly formatted retry timeout value: x'],
    ['MemcacheConnectFailures', 'MemcacheConnectFailures: missing parameters'],
    ['MemcacheConnectFailures x', 'MemcacheConnectFailures: bad connect failures parameter: x'],
    [
      '<Directory />\nMemcacheEngine on\n</Directory>',
      'MemcacheEngine: directive not allowed in <Directory>',
    ],
    ['RedisEngine', 'RedisEngine: missing parameters'],
    ['RedisLog relative', 'RedisLog: must be an absolute path'],
    ['RedisOptions', 'RedisOptions: wrong number of parameters'],
    ['RedisOptions noreconnect', "RedisOptions: : unknown RedisOption 'noreconnect'"],
    ['RedisServer', 'RedisServer: missing parameters'],
    ['RedisSentinel', 'RedisSentinel: missing parameters'],
    ['RedisTimeouts 1', 'RedisTimeouts: missing parameters'],
    ['RedisTimeouts x 2', 'RedisTimeouts: badly formatted connect timeout value: x'],
    ['RedisTimeouts 1 x', 'RedisTimeouts: badly formatted IO timeout value: x'],
    ['RedisLogOnCommand', 'RedisLogOnCommand: wrong number of parameters'],
    ['RedisLogOnEvent ALL fmt key more', 'RedisLogOnEvent: wrong number of parameters'],
    ['RedisLogFormatExtra fmt', 'RedisLogFormatExtra: missing parameters'],
    ['RedisLogFormatExtra fmt {x', "RedisLogFormatExtra: error parsing '{x' as JSON object: invalid JSON"],
    ['<Directory />\nRedisServer x\n</Directory>', 'RedisServer: directive not allowed in <Directory>'],
  ])('%j is refused in the words of ProFTPD', async (text, expected) => {
    const { errors } = await problemsOf(`${text}\n`);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`: ${expected}`);
  });

  it.each([
    'MemcacheEngine on',
    'MemcacheLog NONE',
    'MemcacheServers 127.0.0.1 a.example:11212:3 [::1]:11211 /run/m.sock',
    'MemcacheReplicas 2',
    'MemcacheTimeouts 1 2 3',
    'MemcacheTimeouts 1 2 3 0',
    'MemcacheTimeouts 1 2 3 4',
    'MemcacheConnectFailures 3',
    'MemcacheOptions NoRandomReplicaReads',
    'RedisServer [::1]:6380 user pass:word 2 ssl:true ssl-ca:/etc/ca.pem',
    'RedisSentinel a b:26380 master pool',
    'RedisLogOnEvent none',
  ])('%j is taken without a word', async (text) => {
    expect(await problemsOf(`${text}\n`)).toMatchObject({ errors: [], warnings: [] });
  });

  // ProFTPD takes these, and something else than what is written happens.
  it.each([
    ['MemcacheServers h:x', "'x' is no port: 11211 is used"],
    ['MemcacheServers h:99999', "'99999' is no port: 11211 is used"],
    ['MemcacheReplicas 0', 'has no effect: 0 is less than 1'],
    ['MemcacheOptions NoBinaryProtocol', 'NoBinaryProtocol has no effect'],
    ['MemcacheConnectFailures 0', 'has no effect: 0 is less than 1'],
    ['MemcacheTimeouts 0 5 5', '0 is no time to wait: 500 ms are used'],
    ['RedisServer h:x', "'x' is no port: 6379 is used"],
    ['RedisServer h user', 'a user name without a password is not sent'],
    ['RedisServer h u p x', "'x' is no index of a database: 0 is used"],
    ['RedisServer h ssl:maybe', "'ssl:maybe': expected Boolean parameter, TLS is used"],
    ['RedisServer h ssl-ca:/x', 'certificates have no effect without ssl:true'],
    ['RedisSentinel master pool', "'master' is taken for a host"],
    ['RedisOptions NoReconnect', 'NoReconnect has no effect'],
    ['RedisLogOnCommand RETR fmt', 'has no effect'],
  ])('%j is taken with a warning', async (text, expected) => {
    const { errors, warnings } = await problemsOf(`${text}\n`);
    expect(errors).toEqual([]);
    expect(warnings.join('\n')).toContain(expected);
  });
});

describe('what memcached is used with', () => {
  it('is nothing where no server is named, or the engine is off', async () => {
    expect(await storeOf('MemcacheEngine on\n')).toBeUndefined();
    expect(await storeOf('MemcacheEngine off\nMemcacheServers h\n')).toBeUndefined();
  });

  it('keeps the servers in their spelling and order, and asks copies as ProFTPD does', async () => {
    expect(await storeOf('MemcacheServers B.example:11212 a:11211:2\nMemcacheReplicas 5\n')).toEqual({
      servers: [
        { host: 'B.example', port: 11_212, weight: 1 },
        { host: 'a', port: 11_211, weight: 2 },
      ],
      replicas: 1,
      readsFrom: 'any',
      connectTimeoutMs: 500,
      answerTimeoutMs: 500,
      connectFailures: 1,
    });
  });

  it('follows MemcacheConnectFailures and the fourth of MemcacheTimeouts, which ProFTPD only parses', async () => {
    const text = 'MemcacheServers h\nMemcacheConnectFailures 3\nMemcacheTimeouts 100 200 300 20\n';
    expect(await storeOf(text)).toMatchObject({ connectFailures: 3, retryMs: 20_000 });
  });

  it('follows MemcacheOptions and MemcacheTimeouts', async () => {
    const text = 'MemcacheServers h\nMemcacheOptions NoRandomReplicaReads\nMemcacheTimeouts 100 200 300\n';
    expect(await storeOf(text)).toMatchObject({
      readsFrom: 'primary',
      connectTimeoutMs: 100,
      answerTimeoutMs: 300,
    });
  });
});

describe('what Redis is used with', () => {
  it('reads all words of RedisServer, a password with colons too', async () => {
    const scope = await scopeOf(
      'RedisServer [2001:db8::1]:6380 user pa:ss:word 7 ssl:true ssl-ca:/ca ssl-cert:/c ssl-key:/k\n',
    );
    expect(scope.first(redisServer)).toEqual({
      endpoint: { host: '2001:db8::1', port: 6380 },
      username: 'user',
      password: 'pa:ss:word',
      database: 7,
      tls: { ca: '/ca', cert: '/c', key: '/k' },
    });
  });

  it.each([
    ['RedisServer h "" secret', { endpoint: { host: 'h', port: 6379 }, password: 'secret', database: 0 }],
    ['RedisServer h "" "" 2', { endpoint: { host: 'h', port: 6379 }, database: 2 }],
    ['RedisServer /run/redis.sock', { endpoint: { path: '/run/redis.sock' }, database: 0 }],
  ])('%s', async (text, expected) => {
    expect((await scopeOf(`${text}\n`)).first(redisServer)).toEqual(expected);
  });

  it('takes the last two words of RedisSentinel for the master, wherever those about TLS stand', async () => {
    const scope = await scopeOf('RedisSentinel a [::1]:26380 ssl:on master pool\n');
    expect(scope.first(redisSentinel)).toEqual({
      endpoints: [
        { host: 'a', port: 26_379 },
        { host: '::1', port: 26_380 },
      ],
      masterName: 'pool',
      tls: {},
    });
  });
});

describe('CacheBackend', () => {
  it.each([
    ['CacheBackend foo', 'missing parameters'],
    ['CacheBackend f_o foo://h', "'f_o' is no name for a cache"],
    ['CacheBackend Memcache foo://h', "'Memcache' means something else"],
    ['CacheBackend foo host', 'the second parameter is no URL'],
    ['CacheBackend foo foo://h secret', "'secret' is no option"],
    ['<VirtualHost 127.0.0.9>\nCacheBackend foo foo://h\n</VirtualHost>', 'directive not allowed'],
  ])('%j is refused', async (text, expected) => {
    const { errors } = await problemsOf(`${text}\n`);
    expect(errors.join('\n')).toContain(`CacheBackend: ${expected}`);
  });

  it('never repeats what stands in the URL, which may hold a password', async () => {
    const { errors } = await problemsOf('CacheBackend foo redis//:secret@h\n');
    expect(errors).toHaveLength(1);
    expect(errors.join()).not.toContain('secret');
  });
});
