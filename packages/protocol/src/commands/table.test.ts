import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isProtocolError } from '../errors.ts';
import { helpOrder } from './help.ts';
import { commandRows, commandTable, findCommand } from './table.ts';

/** What the argument of a command line becomes: the value, or code and text of the refusal. */
function read(line: string): unknown {
  const [verb = '', ...rest] = line.split(' ');
  try {
    return findCommand(verb)?.argument.parse(rest.join(' '), verb);
  } catch (error) {
    return isProtocolError(error) ? `${error.reply.code} ${error.reply.lines.join('|')}` : error;
  }
}

// Measured on ProFTPD 1.3.8.
const refused: readonly (readonly [line: string, reply: string])[] = [
  ['USER', '500 USER: command requires a parameter'],
  ['USER   ', '500 USER: command requires a parameter'],
  ['HOST', "500 'HOST' not understood"],
  ['HOST a b', "500 'HOST' not understood"],
  ['CWD', '501 Invalid number of parameters'],
  ['CWD  ', '501 Invalid number of parameters'],
  ['XCWD', '501 Invalid number of parameters'],
  ['CDUP a b', '501 Invalid number of parameters'],
  ['PWD a b', '501 Invalid number of parameters'],
  ['XPWD a b', '501 Invalid number of parameters'],
  ['MKD', '501 Invalid number of parameters'],
  ['RMD', '501 Invalid number of parameters'],
  ['DELE', '501 Invalid number of parameters'],
  ['RNFR', '501 Invalid number of parameters'],
  ['RNTO', '501 Invalid number of parameters'],
  ['SIZE', '501 Invalid number of parameters'],
  ['MDTM', '501 Invalid number of parameters'],
  ['RETR', "500 'RETR' not understood"],
  ['STOR', "500 'STOR' not understood"],
  ['APPE', "500 'APPE' not understood"],
  ['STOU a b', "500 'STOU a b' not understood"],
  ['ABOR x', "500 'ABOR x' not understood"],
  ['ALLO', "504 'ALLO' not understood"],
  ['ALLO a b', "504 'ALLO a b' not understood"],
  ['ALLO x', '504 x: Invalid ALLO argument'],
  ['REST', "500 'REST' not understood"],
  ['REST a b', "500 'REST a b' not understood"],
  ['REST -5', '501 REST requires a value greater than or equal to 0'],
  ['REST 5x', '501 REST requires a value greater than or equal to 0'],
  ['RANG', "500 'RANG' not understood"],
  ['RANG 1', "500 'RANG 1' not understood"],
  ['RANG a b', '501 RANG requires a value greater than or equal to 0'],
  ['RANG -1 5', '501 RANG requires a value greater than or equal to 0'],
  ['RANG 5 3', '501 RANG start must be less than end'],
  ['TYPE', "500 'TYPE' not understood"],
  ['TYPE X', "504 TYPE not implemented for 'X' parameter"],
  ['TYPE E', "504 TYPE not implemented for 'E' parameter"],
  ['TYPE L', "504 TYPE not implemented for 'L' parameter"],
  ['TYPE L8', "504 TYPE not implemented for 'L8' parameter"],
  ['TYPE toString', "504 TYPE not implemented for 'toString' parameter"],
  ['STRU', "501 'STRU' not understood"],
  ['STRU a b', "501 'STRU a b' not understood"],
  ['STRU R', "504 'STRU R' unsupported structure type"],
  ['STRU X', "501 'STRU X' unrecognized structure type"],
  ['MODE', "501 'MODE' not understood"],
  ['MODE B', "504 'MODE B' unsupported transfer mode"],
  ['MODE Z', "501 'MODE Z' unrecognized transfer mode"],
  ['PORT', '501 Invalid number of parameters'],
  ['PORT a b', '501 Invalid number of parameters'],
  ['PORT x', '501 Illegal PORT command'],
  ['EPRT |1|127.0.0.1| 5000|', '501 Invalid number of parameters'],
  ['EPRT x', '522 Network protocol not supported, use (1,2)'],
  ['PASV a b', '501 Invalid number of parameters'],
  ['EPSV x', '501 EPSV: unknown network protocol'],
  ['FEAT a b', '501 Invalid number of parameters'],
  ['OPTS', '501 Invalid number of parameters'],
  ['SITE', "500 'SITE' requires parameters"],
  ['SITE ', "500 'SITE' requires parameters"],
  ['MFMT', '501 Invalid number of parameters'],
  ['MFMT 20200101000000', '501 Invalid number of parameters'],
  ['MFMT 2020010100000 a', '501 2020010100000: Invalid argument'],
  ['MFMT 20200230000000 a', '501 20200230000000: Invalid argument'],
  ['MFF', '501 Invalid number of parameters'],
  ['MFF a', '501 Invalid number of parameters'],
  ['MFF modify=20200101000000 a', '550 modify=20200101000000: Invalid argument'],
  ['MFF foo=1; a', "504 Cannot modify fact 'foo=1'"],
  ['MFF ; a', "504 Cannot modify fact ''"],
  ['MFF constructor=1; a', "504 Cannot modify fact 'constructor=1'"],
  ['MFF UNIX.owner=0; a', "504 Cannot modify fact 'UNIX.owner=0'"],
  ['MFF UNIX.mode=9; a', '501 a: Invalid argument'],
  ['MFF modify=x; a', '501 a: Invalid argument'],
];

const accepted: readonly (readonly [line: string, value: unknown])[] = [
  ['USER u', 'u'],
  ['USER  u ', 'u'],
  ['USER a b', 'a'],
  ['PASS  p ', ' p '],
  ['PASS', ''],
  ['ACCT', ''],
  ['HOST ftp.example', 'ftp.example'],
  ['CWD  lead trail ', ' lead trail '],
  ['CDUP', undefined],
  ['PWD ', undefined],
  ['QUIT x', undefined],
  ['NOOP  x', undefined],
  ['SYST x', undefined],
  ['RETR a b', 'a b'],
  ['STOU', undefined],
  ['STOU a', undefined],
  ['ALLO 5', 5],
  ['ALLO 5 R 6', 5],
  ['ALLO -1', undefined],
  ['ALLO 99999999999999999999', undefined],
  ['REST 0', 0],
  ['REST 9007199254740991', 9_007_199_254_740_991],
  ['RANG 1 0', { kind: 'reset' }],
  ['RANG 0 5', { kind: 'range', firstByte: 0, lastByte: 5 }],
  ['RANG 5 5', { kind: 'range', firstByte: 5, lastByte: 5 }],
  ['TYPE A', { type: 'ascii', name: 'A' }],
  ['TYPE a N', { type: 'ascii', name: 'a' }],
  ['TYPE I', { type: 'image', name: 'I' }],
  ['TYPE L 7', { type: 'ascii', name: 'L' }],
  ['TYPE l 8', { type: 'image', name: 'l' }],
  ['STRU f', 'F'],
  ['MODE s', 'S'],
  ['PORT  127,0,0,1,4,0 ', { family: 4, address: '127.0.0.1', port: 1024 }],
  ['EPSV', { kind: 'open' }],
  ['LIST', { options: '' }],
  ['LIST d', { options: '', path: 'd' }],
  ['LIST  f', { options: '', path: ' f' }],
  ['LIST f ', { options: '', path: 'f ' }],
  ['LIST -al', { options: '-al' }],
  ['LIST -a -l  x y', { options: '-a -l', path: ' x y' }],
  ['LIST -l -- t', { options: '-l --', path: 't' }],
  ['LIST - f', { options: '-', path: 'f' }],
  ['NLST a -l', { options: '', path: 'a -l' }],
  ['STAT', { options: '' }],
  ['MLSD', undefined],
  ['MLST a b', 'a b'],
  ['MFMT 20200101000000 a b', { modifiedMs: Date.UTC(2020, 0, 1), timestamp: '20200101000000', path: 'a b' }],
  [
    'MFMT 20200101000000.123  a',
    { modifiedMs: Date.UTC(2020, 0, 1) + 123, timestamp: '20200101000000', path: ' a' },
  ],
  [
    'MFF modify=20200101000000;unix.mode=0755;UNIX.group=ftp; a',
    {
      modifiedMs: Date.UTC(2020, 0, 1),
      mode: 0o755,
      group: 'ftp',
      facts: 'modify=20200101000000;unix.mode=0755;UNIX.group=ftp;',
      path: 'a',
    },
  ],
  ['HELP', []],
  ['HELP site chmod', ['SITE', 'CHMOD']],
  ['OPTS mlst type;size;', { name: 'MLST', text: 'type;size;' }],
  ['SITE chmod 644 a b', { name: 'CHMOD', text: '644 a b' }],
  ['SITE HELP', { name: 'HELP', text: '' }],
  ['LANG', undefined],
  ['LANG en', 'en'],
  ['CLNT', ''],
];

describe('the argument parsers', () => {
  it.each(refused)('refuse %j with %j', (line, reply) => {
    expect(read(line)).toBe(reply);
  });

  it.each(accepted)('read %j', (line, value) => {
    expect(read(line)).toEqual(value);
  });

  it('take any text, or refuse it with a reply that has a code from 500 on', () => {
    const piece = fc.constantFrom(
      ' ',
      '-',
      'a',
      '1',
      ';',
      '=',
      '|',
      ',',
      '\t',
      '\n',
      '20200101000000',
      'modify=',
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
      fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
    );
    fc.assert(
      fc.property(fc.constantFrom(...helpOrder, 'MFMT', 'MFF', 'LANG', 'CSID'), text, (verb, argument) => {
        const row = findCommand(verb);
        try {
          const value = row?.argument.parse(argument, verb);
          expect(['string', 'undefined']).toContain(typeof row?.path?.(value));
        } catch (error) {
          expect(isProtocolError(error) && error.reply.code >= 500 && error.reply.code < 600).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('read any name of a file as it stands', () => {
    const name = fc
      .array(fc.nat(0xffff), { minLength: 1, maxLength: 20 })
      .map((units) => String.fromCharCode(...units));
    fc.assert(
      fc.property(
        fc.constantFrom('CWD', 'RETR', 'STOR', 'DELE', 'RNFR', 'RNTO', 'SIZE', 'MLST'),
        name,
        (verb, path) => {
          fc.pre(path.trim() !== '');
          const row = findCommand(verb);
          expect(row?.path?.(row.argument.parse(path, verb))).toBe(path);
        },
      ),
    );
  });
});

describe('the command table', () => {
  it('keeps each row under its verb, and names no verb twice', () => {
    expect(Object.keys(commandTable)).toEqual(commandRows.map(({ verb }) => verb));
    const names = commandRows.flatMap((row) => [row.verb, ...row.aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('finds aliases, and nothing that is in no row', () => {
    expect(['XCWD', 'XCUP', 'XMKD', 'XRMD', 'XPWD'].map((verb) => findCommand(verb)?.verb)).toEqual([
      'CWD',
      'CDUP',
      'MKD',
      'RMD',
      'PWD',
    ]);
    expect(['', 'cwd', 'XSHA1', 'constructor', '__proto__'].map(findCommand)).toEqual(
      Array(5).fill(undefined),
    );
  });

  it('has the commands of every RFC that is claimed', () => {
    const claimed =
      'USER PASS ACCT CWD CDUP SMNT QUIT REIN PORT PASV TYPE STRU MODE RETR STOR STOU APPE ALLO REST RNFR RNTO ABOR DELE RMD MKD PWD LIST NLST SITE SYST STAT HELP NOOP FEAT OPTS EPRT EPSV LANG MDTM MLSD MLST SIZE MFMT MFF HOST CLNT CSID RANG XCWD XCUP XMKD XRMD XPWD AUTH PBSZ PROT CCC CONF ENC MIC';
    expect(claimed.split(' ').filter((verb) => findCommand(verb) === undefined)).toEqual([]);
  });

  it.each([
    ['READ', 'RETR SIZE'],
    ['WRITE', 'MKD RMD STOR STOU APPE RNFR RNTO DELE MFMT MFF'],
    ['DIRS', 'CWD CDUP PWD LIST NLST STAT MLSD MLST MDTM'],
    ['LOGIN', 'USER PASS'],
  ])('puts into the group %s: %s', (group, verbs) => {
    expect(
      commandRows
        .filter((row) => row.group === group)
        .map(({ verb }) => verb)
        .toSorted(),
    ).toEqual(verbs.split(' ').toSorted());
  });

  it('asks for a login with everything but what a client needs before it', () => {
    const open =
      'ACCT AUTH CLNT CONF ENC FEAT HELP HOST LANG MIC NOOP OPTS PASS PBSZ PROT QUIT REIN SITE SYST TYPE USER';
    expect(
      commandRows
        .filter((row) => !row.requiresLogin)
        .map(({ verb }) => verb)
        .toSorted(),
    ).toEqual(open.split(' '));
  });

  it('lets only ABOR, STAT and QUIT pass during a transfer', () => {
    expect(
      commandRows
        .filter((row) => row.isAllowedDuringTransfer)
        .map(({ verb }) => verb)
        .toSorted(),
    ).toEqual(['ABOR', 'QUIT', 'STAT']);
  });
});
