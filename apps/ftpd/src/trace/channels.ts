/** A channel that this daemon writes to. */
export interface TraceChannel {
  readonly name: string;
  /** What it tells, with the levels of its messages. */
  readonly tells: string;
}

/** What stands behind `DEFAULT` in ProFTPD, whether or not anything is written there here. */
export const defaultChannels: readonly string[] = [
  'auth',
  'binding',
  'command',
  'config',
  'ctrls',
  'data',
  'delay',
  'dns',
  'dso',
  'encode',
  'error',
  'event',
  'facl',
  'fsio',
  'ident',
  'inet',
  'lock',
  'log',
  'module',
  'netacl',
  'netio',
  'pam',
  'pool',
  'regexp',
  'response',
  'scoreboard',
  'signal',
  'site',
  'timer',
  'var',
];

/** Every channel that something is written to; `docs/operations.md` shows the table. */
export const traceChannels: readonly TraceChannel[] = [
  { name: 'auth', tells: '6: whom a module of AuthOrder is asked about; 5: what it answered' },
  { name: 'binding', tells: '4: addresses that are listened on' },
  {
    name: 'cache',
    tells: '7: operations of caches that CacheBackend names; 6: those that failed; 3: servers come and go',
  },
  { name: 'command', tells: '7: each command when its work begins; 8: how long it took' },
  { name: 'config', tells: '7: each directive when a configuration comes into force' },
  { name: 'ctrls', tells: '7: clients of the control socket, what they ask for and what they are answered' },
  { name: 'data', tells: '4: transfers and listings when they end' },
  { name: 'event', tells: '8: what BanOnEvent and other rules count, timers that ran out among it' },
  { name: 'fileperms', tells: '1: what the system refused to the user of a session' },
  { name: 'memcache', tells: '7: operations; 6: those that failed; 3: servers come and go' },
  { name: 'redis', tells: '7: operations; 6: those that failed; 3: servers come and go' },
  { name: 'response', tells: '1: each line that a client is sent' },
  { name: 'tls', tells: '8: what stands in TLSLog about a session; 9: what becomes of TLS sessions' },
];
