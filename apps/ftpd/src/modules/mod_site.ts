import { defineModule, type FtpdModule } from '@ftpd/module';

/** SITE CHMOD, CHGRP and HELP; they are commands of the server, and have no directives. */
export const modSite: FtpdModule = defineModule({ name: 'mod_site', apiVersion: 1 });
