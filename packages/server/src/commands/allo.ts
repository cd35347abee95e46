import { reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 959 §4.1.3: nothing needs to be allocated before a transfer. */
export const allo: Handler<'ALLO'> = () => reply(202, 'No storage allocation necessary');
