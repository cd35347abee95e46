import { describe, expect, it } from 'vitest';
import { encodeReply, type Reply } from './reply.ts';
import { texts } from './texts.ts';

const line = (reply: Reply): string => encodeReply(reply).trimEnd();

describe('the replies that clients parse', () => {
  it.each([
    [
      texts.enteringPassive({ family: 4, address: '127.0.0.1', port: 51_210 }),
      '227 Entering Passive Mode (127,0,0,1,200,10).',
    ],
    [texts.enteringExtendedPassive(51_210), '229 Entering Extended Passive Mode (|||51210|)'],
    [texts.currentDirectory('/q"q'), '257 "/q""q" is the current directory'],
    [texts.directoryCreated('/a b'), '257 "/a b" - Directory successfully created'],
    [
      texts.openingData({ type: 'ascii', name: 'f', sizeBytes: 15 }),
      '150 Opening ASCII mode data connection for f (15 bytes)',
    ],
    [
      texts.openingData({ type: 'image', name: 'f', sizeBytes: 0 }),
      '150 Opening BINARY mode data connection for f',
    ],
    [
      texts.openingData({ type: 'ascii', name: 'file list' }),
      '150 Opening ASCII mode data connection for file list',
    ],
    [texts.storingUnique('ftpAbc'), '150 FILE: ftpAbc'],
    [texts.size(5_368_709_120), '213 5368709120'],
    [texts.modificationTime(Date.UTC(2020, 4, 6, 7, 8, 9)), '213 20200506070809'],
    [texts.systemType(), '215 UNIX Type: L8'],
    [texts.restartingAt(5), '350 Restarting at 5. Send STORE or RETRIEVE to initiate transfer'],
    [texts.transferringRange(0, 5), '350 Transferring byte range of 6 bytes starting from 0'],
    [texts.transferringRange(5, 5), '350 Transferring byte range of 1 byte starting from 5'],
    [texts.startBeyondEnd('REST', 'f'), '554 REST: invalid f argument'],
    [texts.startBeyondEnd('RANG', 'f'), '554 f: invalid RANG argument'],
    [texts.commandSuccessful(250, 'XCWD'), '250 XCWD command successful'],
    [texts.unknownCommand('FOO'), '500 FOO not understood'],
    [texts.unknownSiteCommand('FOO'), "500 'SITE FOO' not understood"],
  ])('%# %j', (reply, expected) => {
    expect(line(reply)).toBe(expected);
  });

  it('do not echo an unknown word at length', () => {
    expect(line(texts.unknownCommand('X'.repeat(4000))).length).toBeLessThan(100);
  });

  it('do not let a name end the line', () => {
    expect(encodeReply(texts.currentDirectory('/a\r\n230 in'))).toBe(
      '257 "/a\\x0d\\x0a230 in" is the current directory\r\n',
    );
  });
});
