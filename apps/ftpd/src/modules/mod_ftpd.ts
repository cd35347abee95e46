import { defineModule, type FtpdModule } from '@ftpd/module';

/**
 * What ProFTPD does not have. Its directive `IgnoreMissingModule` is part of the language of the file and is read by
 * the parser; `<IfModule mod_ftpd.c>` keeps a file valid for both servers.
 */
export const modFtpd: FtpdModule = defineModule({ name: 'mod_ftpd', apiVersion: 1 });
