import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canReach, clientLines, prepareCertificate, prepareState, servingUser } from './sample-state.ts';

/** The program from its sources, so that these tests need no build. */
const main = new URL('../../../apps/ftpd/src/ftpasswd/main.ts', import.meta.url).pathname;

let folder: string;
let state: string;
let ftpasswd: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ftpd-state-'));
  state = join(folder, 'state');
  ftpasswd = join(folder, 'ftpasswd');
  const command = `exec '${process.execPath}' --conditions=@ftpd/source '${main}' "$@"`;
  writeFileSync(ftpasswd, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('prepareState', () => {
  it('makes a demo account with a random password, which later starts know', () => {
    const user = servingUser();
    const password = prepareState(state, user, ftpasswd);
    expect(password).toMatch(/^[a-zA-Z0-9]{16}$/);
    const fields = readFileSync(join(state, 'ftpd.passwd'), 'utf8').trim().split(':');
    expect(fields[1]).toMatch(/^\$6\$/);
    expect([fields[0], ...fields.slice(2, 4)]).toEqual(['demo', String(user.uid), String(user.gid)]);
    expect(fields.slice(5)).toEqual([join(state, 'home'), '/bin/sh']);
    expect(prepareState(state, user, '/nowhere')).toBe(password);
  });

  it('keeps the password from others', () => {
    prepareState(state, servingUser(), ftpasswd);
    expect(statSync(join(state, 'demo-password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(state, 'ftpd.passwd')).mode & 0o007).toBe(0);
  });

  it('makes a new account when the password is lost', () => {
    const password = prepareState(state, servingUser(), ftpasswd);
    rmSync(join(state, 'demo-password'));
    expect(prepareState(state, servingUser(), ftpasswd)).not.toBe(password);
  });

  it('gives the folders that are written to the user who serves', () => {
    const user = servingUser();
    prepareState(state, user, ftpasswd);
    expect(statSync(join(state, 'home')).uid).toBe(user.uid);
    expect(statSync(join(state, 'run')).uid).toBe(user.uid);
  });

  it('says why there is no account', () => {
    writeFileSync(ftpasswd, '#!/bin/sh\necho no room >&2\nexit 1\n');
    expect(() => prepareState(state, servingUser(), ftpasswd)).toThrow(
      'The demo account could not be made: no room',
    );
  });
});

describe('prepareCertificate', () => {
  it('makes a certificate for this machine once, and warns of it then', () => {
    prepareState(state, servingUser(), ftpasswd);
    const main = new URL('../../../apps/ftpd/src/main.ts', import.meta.url).pathname;
    const ftpd = join(folder, 'ftpd');
    const command = `exec '${process.execPath}' --conditions=@ftpd/source '${main}' "$@"`;
    writeFileSync(ftpd, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
    expect(prepareCertificate(state, ftpd)).toContain('nobody vouches for');
    expect(statSync(join(state, 'sample.key')).mode & 0o777).toBe(0o600);
    expect(prepareCertificate(state, '/nowhere')).toBeUndefined();
  });
});

describe('canReach', () => {
  it('asks as the user who will serve', () => {
    chmodSync(folder, 0o700);
    const user = servingUser();
    expect(canReach(folder, user)).toBe(!user.isSwitched);
    chmodSync(folder, 0o755);
    expect(canReach(folder, user)).toBe(true);
  });
});

describe('clientLines', () => {
  it('need no quoting by a shell but their own', () => {
    const lines = clientLines('secret', '127.0.0.1', 2121, '/state');
    expect(lines).toContain('curl ftp://demo:secret@127.0.0.1:2121/');
    expect(lines).toContain('curl --ssl-reqd --cacert /state/sample.pem ftp://demo:secret@127.0.0.1:2121/');
  });
});
