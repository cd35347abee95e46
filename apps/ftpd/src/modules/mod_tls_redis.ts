import { defineModule, type FtpdModule } from '@ftpd/module';

/** `TLSSessionCache redis:`, which mod_tls opens through the caches of the daemon; here for `<IfModule>`. */
export const modTlsRedis: FtpdModule = defineModule({ name: 'mod_tls_redis', apiVersion: 1 });
