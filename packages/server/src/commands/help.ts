import { helpAbout, helpOverview, siteHelp } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.3 */
export const help: Handler<'HELP'> = (session, [verb]) => {
  const options = { admin: session.settings.serverAdmin };
  if (verb === undefined) return helpOverview(options);
  return verb === 'SITE' ? siteHelp(options) : helpAbout(verb);
};
