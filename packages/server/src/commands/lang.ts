import { reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 2640 §4.1: the replies are in one language. */
export const lang: Handler<'LANG'> = (session, language) => {
  const [inUse = 'C.UTF-8*'] = session.settings.languages.filter((name) => name.endsWith('*'));
  const current = inUse.slice(0, -1);
  if (language === undefined || language.toLowerCase() === current.toLowerCase()) {
    return reply(200, `Using default language ${current}`);
  }
  return reply(504, `Language ${language} not supported`);
};
