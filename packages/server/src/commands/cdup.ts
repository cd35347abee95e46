import type { Handler } from '../handler.ts';
import { changeDirectory } from './cwd.ts';

/** RFC 959 §4.1.1 */
export const cdup: Handler<'CDUP'> = (session, _argument, { verb }) => changeDirectory(session, '..', verb);
