import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  der,
  derInteger,
  madeS,
  makeSession,
  octets,
  session12,
  session13,
} from '../../test/fixtures/sessions.ts';
import { faultOf, inContext, isById, type SessionRules } from './session-check.ts';
import { maxSessionBytes, readSession } from './session-record.ts';

const id = Buffer.alloc(32, 7);
const rules: SessionRules = {
  id,
  context: Buffer.of(1, 0, 0, 0),
  takesProftpdContexts: false,
  clientVerification: 'none',
  nowMs: (madeS + 60) * 1000,
};
const certificate = der(0x30, derInteger(5));

describe('readSession', () => {
  it('reads a session of TLS 1.2', () => {
    const session = readSession(session12)!;
    expect(session).toMatchObject({ version: 0x303, startS: madeS, timeoutS: 1800, verifyResult: 0 });
    expect(Buffer.from(session.id).toString('hex')).toMatch(/^346c24e8c64788ea/);
    expect(session.masterKey).toHaveLength(48);
    expect(Buffer.from(session.context)).toEqual(Buffer.of(1, 0, 0, 0));
    expect(isById(session)).toBe(true);
  });

  it('reads a session of TLS 1.3, which nobody finds by its id', () => {
    const session = readSession(session13)!;
    expect(session).toMatchObject({ version: 0x304, startS: madeS });
    expect(isById(session)).toBe(false);
  });

  it('reads what may be in one: certificate, result, name', () => {
    const session = readSession(
      makeSession({ fields: { 3: certificate, 5: derInteger(10), 6: octets(Buffer.from('a.test')) } }),
    );
    expect(session).toMatchObject({ verifyResult: 10, peerCertificate: certificate });
    expect(String(session?.hostName)).toBe('a.test');
  });

  it('reads no session that was cut, at every length, or has something behind it', () => {
    for (const whole of [session12, session13]) {
      for (let length = 0; length < whole.length; length++)
        expect(readSession(whole.subarray(0, length))).toBeUndefined();
      expect(readSession(Buffer.concat([whole, Buffer.of(0)]))).toBeUndefined();
    }
  });

  it.each<[string, Uint8Array]>([
    ['another layout', makeSession({ layout: 2 })],
    ['a version that is none', makeSession({ version: 0x203 })],
    ['a cipher of three bytes', makeSession({ cipher: Buffer.alloc(3) })],
    ['an id of 33 bytes', makeSession({ id: Buffer.alloc(33) })],
    ['no key', makeSession({ masterKey: Buffer.alloc(0) })],
    ['a key of 65 bytes', makeSession({ masterKey: Buffer.alloc(65) })],
    ['no time', makeSession({ fields: { 1: undefined } })],
    ['no timeout', makeSession({ fields: { 2: undefined } })],
    ['a negative time', makeSession({ fields: { 1: der(2, Buffer.of(0x80)) } })],
    ['a time with a zero before it', makeSession({ fields: { 1: der(2, Buffer.of(0, 5)) } })],
    ['a time of no bytes', makeSession({ fields: { 1: der(2) } })],
    ['a time of nine bytes', makeSession({ fields: { 1: der(2, Buffer.alloc(9, 1)) } })],
    ['two times in one field', makeSession({ fields: { 1: Buffer.concat([derInteger(1), derInteger(2)]) } })],
    ['a context of 33 bytes', makeSession({ fields: { 4: octets(Buffer.alloc(33)) } })],
    ['a field with another type', makeSession({ fields: { 4: derInteger(5) } })],
    ['a name of 256 bytes', makeSession({ fields: { 6: octets(Buffer.alloc(256)) } })],
    ['a field that no server has', makeSession({ fields: { 8: octets(Buffer.from('psk')) } })],
    ['a field that nobody knows', makeSession({ fields: { 25: octets(Buffer.of(1)) } })],
    ['more than Node.js takes', makeSession({ fields: { 3: der(0x30, Buffer.alloc(maxSessionBytes)) } })],
    ['a set instead of a sequence', Buffer.concat([Buffer.of(0x31), session12.subarray(1)])],
    ['a length in a longer form', Buffer.concat([Buffer.of(0x30, 0x81), session12.subarray(1)])],
    ['a length without end', Buffer.concat([Buffer.of(0x30, 0x80), session12.subarray(2), Buffer.of(0, 0)])],
  ])('reads no session with %s', (_name, bytes) => {
    expect(readSession(bytes)).toBeUndefined();
  });

  it('reads no session with a field twice, or out of order', () => {
    const fields = [1, 2, 4].map((number) => der(0xa0 + number, number === 4 ? octets(id) : derInteger(5)));
    const [start, timeout, context] = fields as [Buffer, Buffer, Buffer];
    const head = [derInteger(1), derInteger(0x303), octets(Buffer.alloc(2)), octets(id), octets(id)];
    expect(readSession(der(0x30, ...head, start, timeout, context))).toBeDefined();
    expect(readSession(der(0x30, ...head, start, start, timeout))).toBeUndefined();
    expect(readSession(der(0x30, ...head, timeout, start))).toBeUndefined();
    expect(readSession(der(0x30, ...head, start, timeout, derInteger(1)))).toBeUndefined();
  });

  it('reads anything without a fault', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, looksRight) => {
        const whole = looksRight ? der(0x30, session12.subarray(2, 20), bytes) : bytes;
        const session = readSession(whole);
        return session === undefined || session.id.length <= 32;
      }),
      { numRuns: 500 },
    );
  });
});

describe('faultOf', () => {
  const fault = (bytes: Uint8Array, more: Partial<SessionRules> = {}): string | undefined =>
    faultOf(readSession(bytes)!, { ...rules, ...more });

  it('finds none in a session of this server', () => {
    expect(fault(makeSession())).toBeUndefined();
    expect(fault(session12, { id: readSession(session12)!.id })).toBeUndefined();
    const others = {
      6: octets(Buffer.from('a')),
      13: derInteger(1),
      16: octets(Buffer.from('ftp')),
      19: derInteger(29),
    };
    expect(fault(makeSession({ fields: others }))).toBeUndefined();
    expect(fault(makeSession({ version: 0x301 }))).toBeUndefined();
  });

  it.each<[string, Uint8Array, Partial<SessionRules>?]>([
    ['is none that is resumed by its id', session13],
    ['is none that is resumed by its id', makeSession({ version: 0x300 })],
    ['is none that is resumed by its id', makeSession({ fields: { 10: octets(Buffer.alloc(9)) } })],
    ['is none that is resumed by its id', makeSession({ id: Buffer.alloc(0) })],
    ['has another id', makeSession({ id: Buffer.alloc(32, 9) })],
    ['has another id', makeSession({ id: Buffer.alloc(31, 7) })],
    ['master key has another length', makeSession({ masterKey: Buffer.alloc(47) })],
    ['was made in another context', makeSession({ fields: { 4: octets(Buffer.of(2, 0, 0, 0)) } })],
    ['was made in another context', makeSession({ fields: { 4: undefined } })],
    ['was made in the future', makeSession({ fields: { 1: derInteger(madeS + 400) } })],
    ['lives too long', makeSession({ fields: { 2: derInteger(8 * 24 * 3600) } })],
    ['has ended', makeSession(), { nowMs: (madeS + 1800) * 1000 }],
    ['client was not verified', makeSession({ fields: { 5: derInteger(18) } })],
    ['which nobody asks for', makeSession({ fields: { 3: certificate } })],
    ['has no client certificate', makeSession(), { clientVerification: 'required' }],
  ])('says that it %s', (text, bytes, more) => {
    expect(fault(bytes, more)).toContain(text);
  });

  it("takes the contexts of ProFTPD's servers where that is wanted", () => {
    const takes = { takesProftpdContexts: true };
    const inContextOf = (...bytes: number[]) => makeSession({ fields: { 4: octets(Buffer.from(bytes)) } });
    expect(fault(inContextOf(3, 0, 0, 0), takes)).toBeUndefined();
    expect(fault(inContextOf(3, 0, 1, 0), takes)).toContain('another context');
    expect(fault(inContextOf(3, 0, 0), takes)).toContain('another context');
    expect(fault(makeSession({ fields: { 4: octets(Buffer.alloc(32, 1)) } }), takes)).toContain(
      'another context',
    );
  });
});

describe('inContext', () => {
  it('changes the context and nothing else', () => {
    const whole = Buffer.concat([Buffer.alloc(3), session12]);
    const bytes = whole.subarray(3);
    const changed = inContext(bytes, readSession(bytes)!, Buffer.of(2, 0, 0, 0));
    expect(Buffer.from(readSession(changed)!.context)).toEqual(Buffer.of(2, 0, 0, 0));
    expect(inContext(changed, readSession(changed)!, Buffer.of(1, 0, 0, 0))).toEqual(session12);
    expect(Buffer.from(readSession(bytes)!.context)).toEqual(Buffer.of(1, 0, 0, 0));
  });
});
