import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineDecoder, type LineEvent } from './line-decoder.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const latin1 = (data: Uint8Array): string => String.fromCharCode(...data);

/** Events in a form that is easy to write down: lines as text, all else as `<…>`. */
function shown(events: readonly LineEvent[]): readonly string[] {
  return events.map((event) => {
    if (event.type === 'line') return latin1(event.bytes);
    if (event.type === 'telnet') return `<${event.command}>`;
    return event.type === 'negotiation' ? `<${[...event.reply].join(' ')}>` : '<overlong>';
  });
}

const whole = (stream: Uint8Array, maxLineBytes = 20): LineEvent[] =>
  new LineDecoder({ maxLineBytes }).push(stream);
function byteByByte(stream: Uint8Array, maxLineBytes = 20): LineEvent[] {
  const decoder = new LineDecoder({ maxLineBytes });
  return [...stream].flatMap((byte) => decoder.push(Uint8Array.of(byte)));
}

const cases: readonly (readonly [name: string, stream: string, events: readonly string[]])[] = [
  ['a line', 'NOOP\r\n', ['NOOP']],
  ['several lines in one packet', 'NOOP\r\nSYST\r\nPWD\r\n', ['NOOP', 'SYST', 'PWD']],
  ['an empty line', '\r\n', ['']],
  ['a bare LF is part of the line', 'CWD x\ny\r\n', ['CWD x\ny']],
  ['a lone CR is part of the line', 'MKD c\rd\r\n', ['MKD c\rd']],
  ['CRs before the line end are dropped', 'MKD e\r\r\r\n', ['MKD e']],
  ['CR NUL is a CR', 'MKD c\r\0d\r\n', ['MKD c\rd']],
  ['CR NUL LF is no line end', 'a\r\0\nb\r\n', ['a\r\nb']],
  ['a NUL elsewhere is kept', 'a\0b\r\n', ['a\0b']],
  ['bytes above 127 are kept', 'MKD \x80\xe9\xfe\r\n', ['MKD \x80\xe9\xfe']],
  ['IAC IAC is the byte 255', 'MKD a\xff\xffz\r\n', ['MKD a\xffz']],
  ['IP and DM before ABOR', '\xff\xf4\xff\xf2ABOR\r\n', ['<IP>', '<DM>', 'ABOR']],
  ['a Telnet command inside a line', 'NO\xff\xf1OP\r\n', ['<NOP>', 'NOOP']],
  ['a Telnet command between CR and LF', 'NOOP\r\xff\xf4\n', ['<IP>', 'NOOP']],
  ['WILL and WONT are answered DONT', '\xff\xfb\x01\xff\xfc\x06', ['<255 254 1>', '<255 254 6>']],
  ['DO and DONT are answered WONT', '\xff\xfd\x06\xff\xfe\x06', ['<255 252 6>', '<255 252 6>']],
  ['an option may be the byte 255', '\xff\xfd\xffNOOP\r\n', ['<255 252 255>', 'NOOP']],
  ['a single 255 before text is kept', 'RETR \xffa\r\n', ['RETR \xffa']],
  ['a single 255 before the line end is kept', 'RETR \xff\r\n', ['RETR \xff']],
  ['an unfinished line gives nothing', 'NOOP', []],
  ['a line of exactly the limit', `${'x'.repeat(20)}\r\n`, ['x'.repeat(20)]],
  ['one byte more than the limit', `${'x'.repeat(21)}\r\nNOOP\r\n`, ['<overlong>', 'NOOP']],
  ['an endless line is told once', 'x'.repeat(1000), ['<overlong>']],
  [
    'CRs count against the limit when text follows',
    `${'\r'.repeat(30)}x\r\nNOOP\r\n`,
    ['<overlong>', 'NOOP'],
  ],
  [
    'Telnet commands do not count against the limit',
    `${'\xff\xf1'.repeat(3)}${'x'.repeat(20)}\r\n`,
    ['<NOP>', '<NOP>', '<NOP>', 'x'.repeat(20)],
  ],
  ['Telnet commands are seen in a skipped line', `${'x'.repeat(21)}\xff\xf4\r\n`, ['<overlong>', '<IP>']],
];

describe('LineDecoder', () => {
  it.each(cases)('reads %s, whole and byte by byte', (_name, stream, events) => {
    expect(shown(whole(bytes(stream)))).toEqual(events);
    expect(shown(byteByByte(bytes(stream)))).toEqual(events);
  });

  it('keeps what follows a line for the next one', () => {
    const decoder = new LineDecoder();
    expect(shown(decoder.push(bytes('NOOP\r\nSY')))).toEqual(['NOOP']);
    expect(shown(decoder.push(bytes('ST\r')))).toEqual([]);
    expect(shown(decoder.push(bytes('\n')))).toEqual(['SYST']);
  });

  it('gives the same events however the stream is cut', () => {
    const interesting = fc.constantFrom(13, 10, 0, 255, 241, 244, 250, 251, 253, 65, 66);
    const stream = fc.array(fc.oneof(interesting, interesting, fc.nat(255)), { maxLength: 80 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(80), { maxLength: 6 }), (data, cuts) => {
        const decoder = new LineDecoder({ maxLineBytes: 8 });
        const places = [
          0,
          ...cuts.map((cut) => Math.min(cut, data.length)).toSorted((a, b) => a - b),
          data.length,
        ];
        const inParts = places.flatMap((place, index) =>
          decoder.push(Uint8Array.from(data.slice(place, places[index + 1] ?? data.length))),
        );
        expect(shown(inParts)).toEqual(shown(whole(Uint8Array.from(data), 8)));
      }),
      { numRuns: 300 },
    );
  });

  it('never gives a line longer than the limit, and at most one event a byte', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 10 }),
        (data, maxLineBytes) => {
          const events = whole(data, maxLineBytes);
          for (const event of events)
            if (event.type === 'line') expect(event.bytes.length).toBeLessThanOrEqual(maxLineBytes);
          expect(events.length).toBeLessThanOrEqual(data.length);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('gives back any line that holds no CR, LF or IAC', () => {
    const line = fc.array(
      fc.nat(254).filter((byte) => byte !== 13 && byte !== 10),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const stream = Uint8Array.from(lines.flatMap((data) => [...data, 13, 10]));
        expect(whole(stream, 300)).toEqual(
          lines.map((data) => ({ type: 'line', bytes: Uint8Array.from(data) })),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('forgets a half line, a half Telnet command and a skipped line at reset', () => {
    for (const sent of ['USER x', 'USER x\r', '\xff', '\xff\xfd', 'x'.repeat(50)]) {
      const decoder = new LineDecoder({ maxLineBytes: 20 });
      decoder.push(bytes(sent));
      decoder.reset();
      expect(shown(decoder.push(bytes('NOOP\r\n')))).toEqual(['NOOP']);
    }
  });

  it('gives lines that later input does not change', () => {
    const decoder = new LineDecoder();
    const [event] = decoder.push(bytes('FIRST\r\n'));
    decoder.push(bytes('SECOND\r\n'));
    expect(event?.type === 'line' && latin1(event.bytes)).toBe('FIRST');
  });

  it('takes 1 MB without a line end in linear time', () => {
    const decoder = new LineDecoder();
    expect(shown(decoder.push(new Uint8Array(1_000_000).fill(65)))).toEqual(['<overlong>']);
    expect(shown(decoder.push(new Uint8Array(1_000_000).fill(13)))).toEqual([]);
    expect(shown(decoder.push(bytes('\nNOOP\r\n')))).toEqual(['NOOP']);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses the limit %s', (maxLineBytes) => {
    expect(() => new LineDecoder({ maxLineBytes })).toThrow(RangeError);
  });
});
