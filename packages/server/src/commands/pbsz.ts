import { reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 4217 §8: with TLS it is 0, whatever is asked for. */
export const pbsz: Handler<'PBSZ'> = ({ security }, size) =>
  security.isCleared
    ? reply(503, 'PBSZ not allowed on insecure control connection')
    : reply(200, size === '0' ? 'PBSZ 0 successful' : 'PBSZ=0 successful');
