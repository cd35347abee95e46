import { closed, dialogue, raw, send, type Dialogue } from './dialogue.ts';

const nobody = { login: false } as const;

/** USER, PASS, REIN, ACCT, QUIT and what may be said before login. */
export const login: readonly Dialogue[] = [
  dialogue('a user logs in with the right password', [send('USER {user}', 331), send('PASS test', 230), send('PWD', 257, '"/" is the current directory')], nobody),
  dialogue('a wrong password is refused and forgets the user', [send('USER {user}', 331), send('PASS wrong', 530), send('PASS test', 503)], nobody),
  dialogue('an unknown user is asked for a password like a known one', [send('USER nosuchuser', 331), send('PASS test', 530)], nobody),
  dialogue('an empty password is a wrong password', [send('USER {user}', 331), send('PASS', 530)], nobody),
  dialogue('PASS without USER is out of order', [send('PASS test', 503)], nobody),
  dialogue('USER needs a name', [send('USER', 500)], nobody),
  dialogue('the last USER before PASS counts', [send('USER nosuchuser', 331), send('USER {user}', 331), send('PASS test', 230)], nobody),
  dialogue('the third failed login closes the connection', [
    send('USER {user}', 331), send('PASS a', 530), send('USER {user}', 331), send('PASS b', 530), send('USER {user}', 331), send('PASS c', 530), closed(),
  ], nobody),
  dialogue('MaxLoginAttempts 1 closes after the first failed login', [send('USER {user}', 331), send('PASS a', 530), closed()], { ...nobody, config: ['MaxLoginAttempts 1'] }),
  dialogue('USER of another user after login is refused', [send('USER somebody', 501), send('PWD', 257)]),
  dialogue('USER of the same user after login is already done', [send('USER {user}', 230), send('PWD', 257)]),
  dialogue('PASS after login is out of order', [send('PASS test', 503)]),
  dialogue('REIN is not implemented', [send('REIN', 502), send('PWD', 257)]),
  dialogue('ACCT is not implemented', [send('ACCT x', 502)]),
  dialogue('SMNT is not implemented', [send('SMNT x', 502)]),
  dialogue('commands on files need a login', [
    send('PWD', 530), send('CWD /', 530), send('CDUP', 530), send('RETR x', 530), send('STOR x', 530), send('APPE x', 530), send('STOU', 530), send('DELE x', 530),
    send('MKD x', 530), send('RMD x', 530), send('RNFR x', 530), send('SIZE x', 530), send('MDTM x', 530), send('MFMT 20240101000000 x', 530), send('MFF modify=20240101000000; x', 530),
  ], nobody),
  dialogue('listings need a login', [send('LIST', 530), send('NLST', 530), send('MLSD', 530), send('MLST', 530), send('STAT', 530), send('STAT x', 530)], nobody),
  dialogue('data connections need a login', [
    send('PASV', 530), send('EPSV', 530), send('PORT 127,0,0,1,200,200', 530), send('EPRT |1|127.0.0.1|40000|', 530), send('REST 0', 530), send('ABOR', 530), send('ALLO 1', 530),
  ], nobody),
  dialogue('RNTO before login is refused once', [raw('RNTO x\r\n', 530, 530)], nobody),
  dialogue('SITE CHMOD before login is refused once', [raw('SITE CHMOD 644 x\r\n', 530, 530)], nobody),
  dialogue('what a client asks before login is answered', [
    send('NOOP', 200), send('SYST', 215, 'UNIX Type: L8'), send('FEAT', 211), send('HELP', 214), send('CLNT test', 200), send('OPTS UTF8 ON', 200), send('TYPE I', 200), send('QUIT', 221), closed(),
  ], nobody),
  dialogue('USER and PASS may be in lower case', [send('user {user}', 331), send('pass test', 230), send('pwd', 257)], nobody),
  dialogue('QUIT after login says goodbye and closes', [send('QUIT', 221), closed()]),
  dialogue('the greeting comes over IPv6 as well', [send('NOOP', 200)], { host: '::1' }),
  dialogue('an unprintable password is a wrong password', [send('USER {user}', 331), send(Buffer.from('PASS \x01\xfe\xfd', 'latin1'), 530)], nobody),
];
