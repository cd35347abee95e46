import { describe, expect, it } from 'vitest';
import { factNames } from '../formats/facts.ts';
import { encodeReply } from '../replies/reply.ts';
import { featureLines, featureReply } from './features.ts';
import { helpAbout, helpOrder, helpOverview, siteHelp, siteHelpAbout } from './help.ts';
import { commandRows, findCommand } from './table.ts';

const admin = 'root@localhost';

describe('HELP', () => {
  it('lists the verbs eight a line in columns, as ProFTPD does', () => {
    const lines = encodeReply(helpOverview({ admin })).split('\r\n');
    expect(lines.slice(0, 3)).toEqual([
      "214-The following commands are recognized (* =>'s unimplemented):",
      ' CWD     XCWD    CDUP    XCUP    SMNT*   QUIT    PORT    PASV    ',
      ' EPRT    EPSV    ALLO    RNFR    RNTO    DELE    MDTM    RMD     ',
    ]);
    expect(lines.slice(-3)).toEqual([
      ' ACCT*   REIN    LIST    NLST    STAT    SITE    MLSD    MLST    ',
      '214 Direct comments to root@localhost',
      '',
    ]);
  });

  it('stars the security commands until a module provides them', () => {
    expect(helpOverview({ admin }).lines.join('')).toContain('AUTH*   CCC*');
    expect(helpOverview({ admin, provided: new Set(['AUTH', 'CCC']) }).lines.join('')).toContain(
      'AUTH    CCC ',
    );
  });

  it('lists every verb that has a help text, and no other', () => {
    const documented = commandRows.flatMap((row) =>
      row.help === undefined ? [] : [row.verb, ...row.aliases],
    );
    expect([...helpOrder].toSorted()).toEqual(documented.toSorted());
  });

  it('tells the syntax of a verb, under the name that was asked for', () => {
    expect(helpAbout('XCWD')).toEqual({ code: 214, lines: ['Syntax: XCWD <sp> pathname'] });
    expect(helpAbout('ACCT')).toEqual({ code: 214, lines: ['Syntax: ACCT is not implemented'] });
  });

  it.each(['FOO', 'MFMT', 'constructor'])('does not know %s', (verb) => {
    expect(helpAbout(verb)).toEqual({ code: 502, lines: [`Unknown command '${verb}'`] });
  });
});

describe('SITE HELP', () => {
  it('lists the commands as ProFTPD with mod_site_misc does', () => {
    expect(encodeReply(siteHelp({ admin }))).toBe(
      "214-The following SITE commands are recognized (* =>'s unimplemented)\r\n UTIME <sp> YYYYMMDDhhmm[ss] <sp> path\r\n SYMLINK <sp> source <sp> destination\r\n RMDIR <sp> path\r\n MKDIR <sp> path\r\n HELP\r\n CHGRP\r\n CHMOD\r\n214 Direct comments to root@localhost\r\n",
    );
    expect(siteHelp({ admin, hasMiscellaneous: false }).lines).toHaveLength(5);
  });

  it('tells the syntax of a command, and 502 for an unknown one', () => {
    expect(siteHelpAbout('CHGRP', { admin }).lines[1]).toBe('Syntax: SITE CHGRP <sp> group <sp> pathname');
    expect(siteHelpAbout('X', { admin })).toEqual({ code: 502, lines: ["Unknown command 'SITE HELP X'"] });
  });
});

describe('FEAT', () => {
  it('lists what ProFTPD lists, sorted', () => {
    const hidden = new Set(['SITE MKDIR', 'SITE RMDIR', 'SITE SYMLINK', 'SITE UTIME']);
    expect(encodeReply(featureReply({ selectedFacts: factNames, languages: ['C.UTF-8*'], hidden }))).toBe(
      '211-Features:\r\n CLNT\r\n CSID\r\n EPRT\r\n EPSV\r\n HOST\r\n LANG C.UTF-8*\r\n MDTM\r\n MFF modify;UNIX.group;UNIX.mode;\r\n MFMT\r\n MLST modify*;perm*;size*;type*;unique*;UNIX.group*;UNIX.groupname*;UNIX.mode*;UNIX.owner*;UNIX.ownername*;\r\n RANG STREAM\r\n REST STREAM\r\n SIZE\r\n TVFS\r\n UTF8\r\n211 End\r\n',
    );
  });

  it('adds the lines of modules in their place', () => {
    const lines = featureLines({ selectedFacts: [], extra: ['PBSZ', 'AUTH TLS'] });
    expect(lines[0]).toBe('AUTH TLS');
    expect(lines).toContain('PBSZ');
    expect(lines.find((line) => line.startsWith('MLST'))).not.toContain('*');
  });

  it('names a verb only if there is a row for it', () => {
    const verbs = featureLines({ selectedFacts: [] }).map((line) => line.split(' ')[0] ?? '');
    expect(verbs.filter((verb) => findCommand(verb) === undefined)).toEqual(['TVFS', 'UTF8']);
  });
});
