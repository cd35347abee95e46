import { helpAbout, helpOverview, siteHelp } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';
import { providedVerbsOfHelp } from '../tls/tls-rules.ts';

/** RFC 959 §4.1.3 */
export const help: Handler<'HELP'> = (session, [verb]) => {
  const options = { admin: session.settings.serverAdmin, provided: providedVerbsOfHelp(session) };
  if (verb === undefined) return helpOverview(options);
  return verb === 'SITE' ? siteHelp(options) : helpAbout(verb);
};
