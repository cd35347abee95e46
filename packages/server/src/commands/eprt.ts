import type { Handler } from '../handler.ts';
import { expectActive } from './port.ts';

/** RFC 2428 §2 */
export const eprt: Handler<'EPRT'> = (session, endpoint, { verb }) => expectActive(session, endpoint, verb);
