import { defineModule, type FtpdModule } from '@ftpd/module';

/**
 * `TLSSessionCache shm:`: sessions that the processes of one host share. All sessions of this daemon are in one process,
 * so its memory does; nothing is written to the file. Here for `<IfModule>`.
 */
export const modTlsShmcache: FtpdModule = defineModule({ name: 'mod_tls_shmcache', apiVersion: 1 });
