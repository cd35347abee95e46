import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { readSession } from '../session/session-record.ts';
import type { TicketKey } from './ticket-key.ts';

const nameBytes = 16;
const ivBytes = 16;
const macBytes = 32;

/**
 * When the session in a ticket began, as Node.js seals it: name, IV, AES-128-CBC, HMAC-SHA-256 of it all (RFC 5077 §4).
 * @param ticket - Whole: what a client of TLS 1.3 sends as a PSK identity.
 * @returns seconds since the epoch; undefined if the key does not open it.
 */
export function ticketBegunS(ticket: Uint8Array, { hmac, aes }: TicketKey): number | undefined {
  const macAt = ticket.length - macBytes;
  if (macAt <= nameBytes + ivBytes) return undefined;
  const mac = createHmac('sha256', hmac).update(ticket.subarray(0, macAt)).digest();
  if (!timingSafeEqual(mac, ticket.subarray(macAt))) return undefined;
  try {
    const decipher = createDecipheriv('aes-128-cbc', aes, ticket.subarray(nameBytes, nameBytes + ivBytes));
    const session = Buffer.concat([
      decipher.update(ticket.subarray(nameBytes + ivBytes, macAt)),
      decipher.final(),
    ]);
    return readSession(session)?.startS;
  } catch {
    return undefined;
  }
}
