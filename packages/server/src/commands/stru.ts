import { reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.2: file structure is the only one. */
export const stru: Handler<'STRU'> = (_session, structure) => reply(200, `Structure set to ${structure}`);
