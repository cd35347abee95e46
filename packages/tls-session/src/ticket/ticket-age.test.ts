import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ticketBegunS } from './ticket-age.ts';
import { newTicketKey, type TicketKey } from './ticket-key.ts';

const key = newTicketKey(0, randomBytes);

/** A session of TLS 1.3 that began at a second, with all that OpenSSL must have in it. */
function sessionOf(begunS: number): Buffer {
  const time = Buffer.alloc(4);
  time.writeUInt32BE(begunS);
  const fields = Buffer.concat([
    Buffer.from('020101020203040402130204000420', 'hex'),
    Buffer.alloc(32, 7),
    Buffer.from('a1060204', 'hex'),
    time,
    Buffer.from('a20402021c20', 'hex'),
  ]);
  return Buffer.concat([Buffer.from([0x30, fields.length]), fields]);
}

function ticketOf(session: Buffer, { name, hmac, aes }: TicketKey): Buffer {
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-128-cbc', aes, iv);
  const body = Buffer.concat([name, iv, cipher.update(session), cipher.final()]);
  return Buffer.concat([body, createHmac('sha256', hmac).update(body).digest()]);
}

describe('the beginning of a session in a ticket', () => {
  const ticket = ticketOf(sessionOf(1_700_000_000), key);

  it('is read with its key', () => {
    expect(ticketBegunS(ticket, key)).toBe(1_700_000_000);
  });

  it('is not known with another key', () => {
    expect(ticketBegunS(ticket, newTicketKey(0, randomBytes))).toBeUndefined();
  });

  it('is not known of a ticket that was cut or changed', () => {
    for (let at = 0; at < ticket.length; at++) {
      expect(ticketBegunS(ticket.subarray(0, at), key)).toBeUndefined();
      const changed = Buffer.from(ticket);
      changed[at]! ^= 1;
      expect(ticketBegunS(changed, key)).toBeUndefined();
    }
  });

  it('is not known of what is no session', () => {
    expect(ticketBegunS(ticketOf(randomBytes(100), key), key)).toBeUndefined();
    expect(ticketBegunS(ticketOf(Buffer.alloc(0), key), key)).toBeUndefined();
  });
});
