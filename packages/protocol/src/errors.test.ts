import { describe, expect, it } from 'vitest';
import { isProtocolError, ProtocolError, protocolErrorCodes } from './errors.ts';
import { reply } from './replies/reply.ts';

describe('ProtocolError', () => {
  it('has a code, the reply for the client and a message that says both', () => {
    const error = new ProtocolError('PROTO_SEQUENCE', reply(503, 'Bad sequence of commands'));
    expect([error.code, error.reply.code, error.name]).toEqual(['PROTO_SEQUENCE', 503, 'ProtocolError']);
    expect(error.message).toBe(`${protocolErrorCodes.PROTO_SEQUENCE} (503 Bad sequence of commands)`);
  });

  it('is told from others by its brand, which copies of the package share', () => {
    const foreign = Object.assign(new Error('x'), { [Symbol.for('@ftpd/protocol/ProtocolError')]: true });
    expect(isProtocolError(foreign)).toBe(true);
    expect(isProtocolError(new ProtocolError('PROTO_SYNTAX', reply(501)))).toBe(true);
    expect([new Error('x'), null, undefined, 'PROTO_SYNTAX', {}].map(isProtocolError)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('says in a sentence what each code means', () => {
    for (const [code, sentence] of Object.entries(protocolErrorCodes)) {
      expect(code).toMatch(/^PROTO_[A-Z_]+$/);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });
});
