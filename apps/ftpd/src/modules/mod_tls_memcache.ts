import { defineModule, type FtpdModule } from '@ftpd/module';

/** `TLSSessionCache memcache:`, which mod_tls opens through the caches of the daemon; here for `<IfModule>`. */
export const modTlsMemcache: FtpdModule = defineModule({ name: 'mod_tls_memcache', apiVersion: 1 });
