import { siteHelp, siteHelpAbout } from '@ftpd/protocol';
import type { SiteHandler } from '../../handler.ts';

/** ProFTPD mod_site */
export const help: SiteHandler<'HELP'> = (session, name) => {
  const options = { admin: session.settings.serverAdmin };
  return name === undefined ? siteHelp(options) : siteHelpAbout(name, options);
};
