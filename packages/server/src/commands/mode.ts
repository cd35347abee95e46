import { reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.2: stream mode is the only one. */
export const mode: Handler<'MODE'> = (_session, name) => reply(200, `Mode set to ${name}`);
