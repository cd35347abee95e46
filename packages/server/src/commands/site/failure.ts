import { reply, type Reply } from '@ftpd/protocol';
import { isStorageError } from '@ftpd/storage';

/** 550 with the whole subcommand in it, as ProFTPD's mod_site_misc words it. */
export function siteFailure(error: unknown, command: string): Reply {
  if (!isStorageError(error)) throw error;
  return reply(550, `${command}: ${error.message}`);
}
