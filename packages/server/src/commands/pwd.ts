import { texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.3 */
export const pwd: Handler<'PWD'> = (session) => texts.currentDirectory(session.workingDirectory);
