import { preset } from '../../tsup.base.ts';

export default preset(
  { main: 'src/main.ts', ftpasswd: 'src/ftpasswd/main.ts', ftpdctl: 'src/ftpdctl/main.ts' },
  {
    format: ['esm'],
    dts: false,
    splitting: true,
    // What may be left out of an installation must not be built in.
    external: ['@ftpd/cache-memcache', '@ftpd/cache-redis'],
  },
);
