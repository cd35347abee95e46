import { delegateTo } from '../../src/delegate.ts';
import { createRemoteCache } from '../remote-store.ts';
import { backendFault, cacheFault, type Mutant } from './mutant.ts';

export const entryMutants: readonly Mutant[] = [
  backendFault(
    'adds by a get and a set',
    'of many adds at once exactly one stores, and its value stays',
    (backend) => ({
      async add(key, value, expiry, call) {
        if ((await backend.get(key, call)) !== undefined) return false;
        await backend.set(key, value, expiry, call);
        return true;
      },
    }),
  ),
  backendFault(
    'cuts values at 65,535 bytes',
    'values of 0 to 1,000,000 bytes come back byte for byte',
    (backend) => ({
      set: (key, value, expiry, call) => backend.set(key, value.subarray(0, 65_535), expiry, call),
    }),
  ),
  backendFault('takes an empty value for a miss', 'an empty value is a value, and no miss', (backend) => ({
    async get(key, call) {
      const value = await backend.get(key, call);
      return value?.length === 0 ? undefined : value;
    },
  })),
  backendFault(
    'ends values at the first line end',
    'values may hold any bytes, line ends and NUL among them',
    (backend) => ({
      async get(key, call) {
        const value = await backend.get(key, call);
        const end = value?.indexOf(0x0d) ?? -1;
        return end < 0 ? value : value?.subarray(0, end);
      },
    }),
  ),
  backendFault('reads keys as UTF-8', 'keys may hold any bytes, and keep apart', (backend) => {
    const asText = (key: Uint8Array): Uint8Array => Buffer.from(new TextDecoder().decode(key));
    return {
      get: (key, call) => backend.get(asText(key), call),
      set: (key, ...rest) => backend.set(asText(key), ...rest),
    };
  }),
  backendFault('ends keys at NUL', 'keys may hold any bytes, and keep apart', (backend) => {
    // Behind the 8 bytes that no other test has.
    const cut = (key: Uint8Array): Uint8Array => {
      const end = key.indexOf(0, 8);
      return end < 0 ? key : key.subarray(0, end);
    };
    return {
      get: (key, call) => backend.get(cut(key), call),
      set: (key, ...rest) => backend.set(cut(key), ...rest),
    };
  }),
  backendFault('cuts long keys', 'keys of 1 byte and of the greatest length are whole keys', (backend) => ({
    get: (key, call) => backend.get(key.subarray(0, 249), call),
    set: (key, ...rest) => backend.set(key.subarray(0, 249), ...rest),
  })),
  cacheFault(
    'reads buffers when it sends them',
    'buffers that were given may be written to as soon as the call is made',
    (_cache, store) => ({
      set: (key, value) => store.ask(() => store.held.set(key, value)),
    }),
  ),
  {
    fault: 'gives the same buffer to all',
    breaks: 'buffers that were returned belong to the caller',
    open(store) {
      const cache = createRemoteCache(store);
      const values = new Map<string, Uint8Array>();
      return {
        ...delegateTo(cache),
        async get(key) {
          const name = Buffer.from(key).toString('hex');
          const value = values.get(name) ?? (await cache.get(key));
          if (value !== undefined) values.set(name, value);
          return value;
        },
      };
    },
  },
  backendFault(
    'leaves the misses out of getMany',
    'getMany answers value or miss for each key, in the order of the keys',
    (backend) => ({
      async getMany(keys, call, tell) {
        const values = await Promise.all(keys.map(async (key) => backend.get(key, call)));
        values
          .filter((value) => value !== undefined)
          .forEach((value, index) => tell(index, { outcome: 'value', value }));
      },
    }),
  ),
  backendFault('always says that it deleted', 'a missing key is a miss, and no error', (backend) => ({
    delete: async (key, call) => {
      await backend.delete(key, call);
      return true;
    },
  })),
  cacheFault(
    'holds what it read once',
    'set replaces, add only stores where there is nothing, delete tells whether there was something',
    (cache) => {
      const seen = new Map<string, Uint8Array>();
      return {
        async get(key) {
          const name = Buffer.from(key).toString('hex');
          const value = seen.get(name) ?? (await cache.get(key));
          if (value !== undefined) seen.set(name, value);
          return value;
        },
      };
    },
  ),
  backendFault(
    'replaces whatever the version',
    'replace declines when the entry has changed or is gone',
    (backend) => ({
      async replace(key, _version, value, expiry, call) {
        await backend.set(key, value, expiry, call);
        return true;
      },
    }),
  ),
  backendFault(
    'compares and sets in two steps',
    'of many replaces at once with one version exactly one stores',
    (backend, { ask, held }) => ({
      async getEntry(key) {
        const value = await ask(() => held.get(key));
        return value === undefined
          ? undefined
          : { value, version: { brand: 'CacheVersion', value } as never };
      },
      async replace(key, version, value, expiry, call) {
        const seen = (version as unknown as { readonly value: Uint8Array }).value;
        const now = await backend.get(key, call);
        if (now === undefined || !Buffer.from(now).equals(seen)) return false;
        await backend.set(key, value, expiry, call);
        return true;
      },
    }),
  ),
];
