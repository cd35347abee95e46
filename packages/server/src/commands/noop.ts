import { texts } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.3 */
export const noop: Handler<'NOOP'> = (_session, _argument, { verb }) => texts.commandSuccessful(200, verb);
