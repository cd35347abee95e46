import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStaticAuthenticator } from '@ftpd/auth';
import { cryptPassword } from '@ftpd/posix';
import { removeFolder, servingIdentity, systemUsers, temporaryFolder, until } from '@ftpd/test-services';
import { createPamAuthenticator, createPamCheck, type PamCheck, type PamOptions } from './pam-check.ts';
import { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

let folder: string;
const pools: WorkerPool[] = [];
beforeAll(() => {
  folder = temporaryFolder('ftpd-pam-');
});
afterAll(async () => {
  await Promise.all(pools.map(async (pool) => pool.close()));
  removeFolder(folder);
});

let services = 0;
function service(lines: readonly string[]): string {
  services += 1;
  const name = `service${services}`;
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  return name;
}
const permitting = [
  'auth required pam_permit.so',
  'account required pam_permit.so',
  'session required pam_permit.so',
];

function newPool(options: WorkerPoolOptions = {}): WorkerPool {
  const pool = createWorkerPool({ maxWorkers: 2, ...options });
  pools.push(pool);
  return pool;
}

/** PAM as a service of these lines. */
function pam(
  lines: readonly string[],
  options: Partial<PamOptions> = {},
): { readonly check: PamCheck; readonly said: string[] } {
  const said: string[] = [];
  const check = createPamCheck({
    pool: options.pool ?? shared,
    service: service(lines),
    configurationFolder: folder,
    onMessage: (text) => said.push(text),
    ...options,
  });
  return { check, said };
}
let shared: WorkerPool;
beforeAll(() => {
  shared = newPool();
});

const address = '192.0.2.1';
const ask = async (check: PamCheck, signal?: AbortSignal) =>
  check.checkUser('nobody', 'pw', { remoteAddress: address, ...(signal === undefined ? {} : { signal }) });

/** Has a line written at each step, by a program that PAM runs. */
function recorder(): { readonly line: string; readonly steps: () => string[] } {
  const log = join(folder, `steps${(services += 1)}`);
  const script = join(folder, `record${services}`);
  writeFileSync(
    script,
    `#!/bin/sh\necho "$PAM_TYPE $PAM_SERVICE $PAM_USER $PAM_RUSER $PAM_RHOST $PAM_TTY" >> ${log}\n`,
    { mode: 0o755 },
  );
  return {
    line: `pam_exec.so seteuid ${script}`,
    steps: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}

describe('PAM', () => {
  it('accepts, or refuses, by its modules', async () => {
    expect(await ask(pam(permitting).check)).toEqual({ outcome: 'accepted' });
    const { check, said } = pam(['auth required pam_deny.so', ...permitting]);
    expect(await ask(check)).toEqual({ outcome: 'refused', reason: 'wrong-password' });
    expect(said).toEqual([]);
  });

  it.each([
    ['acct_expired', 'account-expired', 'User account has expired'],
    ['new_authtok_reqd', 'password-expired', 'Authentication token is no longer valid; new one required'],
    ['perm_denied', 'wrong-password', 'Permission denied'],
  ])('says why an account may not be used: %s', async (code, reason, text) => {
    const line = `account required pam_debug.so acct=${code}`;
    const { check, said } = pam(['auth required pam_permit.so', line, 'session required pam_permit.so']);
    expect(await ask(check)).toEqual({ outcome: 'refused', reason });
    expect(said.at(-1)).toBe(`PAM(nobody): ${text}`);
  });

  it('refuses whom it can open no session for', async () => {
    const lines = [
      'auth required pam_permit.so',
      'account required pam_permit.so',
      'session required pam_deny.so',
    ];
    expect(await ask(pam(lines).check, new AbortController().signal)).toEqual({
      outcome: 'refused',
      reason: 'session-failed',
    });
  });

  it('refuses whom it can set no credentials for, and closes the session', async () => {
    const { line, steps } = recorder();
    const lines = [
      'auth required pam_debug.so auth=success cred=cred_err',
      'account required pam_permit.so',
      `session required ${line}`,
    ];
    const { check } = pam(lines);
    expect(await ask(check, new AbortController().signal)).toMatchObject({ reason: 'session-failed' });
    expect(steps().map((step) => step.split(' ')[0])).toEqual(['open_session', 'close_session']);
  });

  it('hears of the client and the terminal, opens a session, and closes it when the signal ends', async () => {
    const { line, steps } = recorder();
    const { check } = pam([
      `auth optional ${line}`,
      `account optional ${line}`,
      `session optional ${line}`,
      ...permitting,
    ]);
    const session = new AbortController();
    expect(await ask(check, session.signal)).toEqual({ outcome: 'accepted' });
    expect(steps().map((step) => step.split(' ')[0])).toEqual(['auth', 'account', 'open_session']);
    expect(steps()[0]).toMatch(new RegExp(`^auth service\\d+ nobody nobody ${address} /dev/ftpd1$`));
    expect(check.openSessions).toBe(1);
    session.abort();
    await until(() => steps().length === 4, 10_000, 'the end of the session');
    expect(steps()[3]).toMatch(/^close_session /);
    expect(check.openSessions).toBe(0);
  });

  it('is told of no terminal if none is wanted', async () => {
    const { line, steps } = recorder();
    const { check } = pam([`auth required ${line}`, ...permitting], { hasTty: false });
    await ask(check);
    expect(steps()[0]).toMatch(/ 192\.0\.2\.1 ?$/);
  });

  it('closes the session of a client that went away during its login', async () => {
    const { line, steps } = recorder();
    const { check } = pam([
      'auth required pam_exec.so /bin/sleep 0.3',
      'account required pam_permit.so',
      `session required ${line}`,
    ]);
    const session = new AbortController();
    const verdict = ask(check, session.signal);
    await until(() => steps().length === 0 && (session.abort(), true), 1000, 'the end');
    await verdict;
    // It was given up before it was asked, or its session is closed again.
    await until(() => steps().length === 0 || steps().length === 2, 10_000, 'the end of the session');
    expect(check.openSessions).toBe(0);
  });

  it('closes a session also when the process that held it is gone', async () => {
    const { line, steps } = recorder();
    const pool = newPool({ maxWorkers: 1, maxWorkersPerClient: 1, deadlineMs: 1000 });
    const { check } = pam([...permitting.slice(0, 2), `session required ${line}`], { pool });
    const session = new AbortController();
    await ask(check, session.signal);
    const hanging = pam(['auth required pam_exec.so /bin/sleep 60', ...permitting], { pool });
    expect(await ask(hanging.check)).toMatchObject({ outcome: 'unavailable' });
    expect(hanging.said[0]).toMatch(/did not answer in time/);
    session.abort();
    await until(() => steps().length === 2, 20_000, 'the end of the session');
    expect(steps()[1]).toMatch(/^close_session /);
  });

  it('closes a session although the signal that stops a service came to its process first', async () => {
    const { line, steps } = recorder();
    const pool = newPool({ maxWorkers: 1, maxWorkersPerClient: 1 });
    const lines = [
      'auth required pam_permit.so',
      'account required pam_permit.so',
      `session required ${line}`,
    ];
    const { check } = pam(lines, { pool });
    await ask(check, new AbortController().signal);
    const [worker] = workersOf(process.pid);
    for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.kill(worker ?? 0, signal);
    await pool.close();
    expect(steps().map((step) => step.split(' ')[0])).toEqual(['open_session', 'close_session']);
  });

  it('holds nobody else while one module sleeps', async () => {
    const pool = newPool({ maxWorkers: 2, maxWorkersPerClient: 1, deadlineMs: 60_000 });
    const script = join(folder, 'sleep');
    const awake = join(folder, 'awake');
    writeFileSync(script, `#!/bin/sh\nsleep 5\nwhile [ ! -e ${awake} ]; do sleep 0.1; done\n`, {
      mode: 0o755,
    });
    const sleeping = pam([`auth required pam_exec.so ${script}`, ...permitting], { pool });
    const quick = pam(permitting, { pool });
    let isAwake = false;
    const slow = ask(sleeping.check).finally(() => {
      isAwake = true;
    });
    for (let at = 0; at < 20; at += 1)
      expect(await quick.check.checkUser('nobody', 'pw', { remoteAddress: '192.0.2.9' })).toEqual({
        outcome: 'accepted',
      });
    expect(isAwake).toBe(false);
    writeFileSync(awake, '');
    expect(await slow).toEqual({ outcome: 'accepted' });
  });

  it('hands the delay on that modules wish for, and does not wait', async () => {
    const { check } = pam(['auth optional pam_faildelay.so delay=60000000', 'auth required pam_deny.so']);
    const verdict = await ask(check);
    expect(verdict).toMatchObject({ outcome: 'refused', reason: 'wrong-password' });
    // PAM varies it by a quarter.
    expect(verdict.outcome === 'refused' && verdict.delayMs).toBeGreaterThan(10_000);
  });

  it('has the say of its modules in the log, bounded', async () => {
    const { check, said } = pam(['auth required pam_echo.so hello', ...permitting]);
    await ask(check);
    expect(said).toEqual(['PAM(nobody): hello']);
  });

  it('is not asked about passwords that it would cut', async () => {
    const { check } = pam(permitting);
    for (const password of ['pw\0', 'p'.repeat(512), 'é'.repeat(256)])
      expect(await check.checkUser('nobody', password, { remoteAddress: address })).toMatchObject({
        outcome: 'refused',
      });
  });

  it('comes before the passwords of accounts, with or without the last word', async () => {
    const accounts = createStaticAuthenticator({ accounts: [{ user: 'nobody', password: 'own' }] });
    const options = {
      accounts,
      pool: shared,
      configurationFolder: folder,
      service: service(['auth required pam_deny.so']),
    };
    const verify = async (isAuthoritative: boolean) =>
      (
        await createPamAuthenticator({ ...options, isAuthoritative }).verify('nobody', 'own', {
          remoteAddress: address,
        })
      ).outcome;
    expect([await verify(false), await verify(true)]).toEqual(['accepted', 'refused']);
  });
});

// pam_unix looks at shadow: CI runs as root.
describe.runIf(servingIdentity().isRoot)('PAM with accounts of the system', () => {
  const users = systemUsers();
  afterAll(async () => users.remove());

  it('answers by the password and the age of the account', async () => {
    const hash = cryptPassword(Buffer.from('pw'), '$y$j75$saltsaltsaltsalt') ?? '';
    const [right, expired] = [await users.add({ hash }), await users.add({ hash, expireDay: 1 })];
    const lines = ['auth required pam_unix.so nodelay', 'account required pam_unix.so'];
    const { check, said } = pam(lines);
    const verdict = async (user: string, password: string) =>
      check.checkUser(user, password, { remoteAddress: address });
    expect(await verdict(right, 'pw')).toEqual({ outcome: 'accepted' });
    expect(await verdict(right, 'px')).toEqual({ outcome: 'refused', reason: 'wrong-password' });
    expect(await verdict(expired, 'pw')).toEqual({ outcome: 'refused', reason: 'account-expired' });
    expect(said.at(-1)).toBe(`PAM(${expired}): User account has expired`);
  });
});

/** The newest of the workers that a process has. */
function workersOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ').map(Number);
  return children
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, 'latin1').includes('account-worker'))
    .toReversed();
}
