import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeReply, escapeControls, reply } from './reply.ts';

/** Any UTF-16, lone surrogates included: names that are not UTF-8 are made of them. */
const anyText = fc.array(fc.nat(0xffff), { maxLength: 40 }).map((units) => String.fromCharCode(...units));

describe('encodeReply', () => {
  it('writes one line', () => {
    expect(encodeReply(reply(200, 'NOOP command successful'))).toBe('200 NOOP command successful\r\n');
  });

  it('writes a reply without text', () => {
    expect(encodeReply(reply(200))).toBe('200 \r\n');
  });

  it('writes several lines as RFC 959 §4.2 has it', () => {
    expect(encodeReply(reply(211, 'Features:', 'SIZE', 'End'))).toBe('211-Features:\r\n SIZE\r\n211 End\r\n');
  });

  it('repeats the code on each line if asked to', () => {
    expect(encodeReply(reply(211, 'a', 'b', 'c'), { isRfc2228Multiline: true })).toBe(
      '211-a\r\n211-b\r\n211 c\r\n',
    );
  });

  it('lets no text, whatever it holds, make a line of its own', () => {
    const text = fc.oneof(anyText, fc.constantFrom('250 done\r\n530 no', '\n', '\r', '\0', '226 x'));
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 659 }),
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (code, lines, isRfc2228Multiline) => {
          const sent = encodeReply(reply(code, ...lines), { isRfc2228Multiline }).split('\r\n');
          expect(sent.pop()).toBe('');
          expect(sent).toHaveLength(lines.length);
          for (const line of sent) expect(line).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f]/);
          for (const line of sent.slice(0, -1)) expect(line.startsWith(`${code} `)).toBe(false);
          expect(sent.at(-1)?.startsWith(`${code} `)).toBe(true);
        },
      ),
    );
  });
});

describe('escapeControls', () => {
  it('shows control characters as hexadecimal, and leaves TAB and text', () => {
    expect(escapeControls('a\u001b[1m\r\n\t\u0085\u007f\0\u00e9\u{1f600}\udce9')).toBe(
      String.raw`a\x1b[1m\x0d\x0a` + '\t' + String.raw`\x85\x7f\x00` + '\u00e9\u{1f600}\udce9',
    );
  });
});
