import type { SiteVerb } from '@ftpd/protocol';
import type { SiteHandler } from '../../handler.ts';
import { chgrp } from './chgrp.ts';
import { chmod } from './chmod.ts';
import { help } from './help.ts';
import { mkdir } from './mkdir.ts';
import { rmdir } from './rmdir.ts';
import { symlink } from './symlink.ts';
import { utime } from './utime.ts';

/** One file for each subcommand of SITE. */
export const siteHandlers: { readonly [V in SiteVerb]: SiteHandler<V> } = {
  CHGRP: chgrp,
  CHMOD: chmod,
  HELP: help,
  MKDIR: mkdir,
  RMDIR: rmdir,
  SYMLINK: symlink,
  UTIME: utime,
};
