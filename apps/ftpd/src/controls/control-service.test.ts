import type { ControlRequest } from '@ftpd/module';
import { until } from '@ftpd/test-services';
import { describe, expect, it } from 'vitest';
import { debianCtl } from '../../test/ctl.ts';
import { ask, connected, frame, path, root, start, stranger } from '../../test/control-service-fixture.ts';

describe('the control service', () => {
  it('tells an action its words and who asks, and the client its answer', async () => {
    const requests: ControlRequest[] = [];
    await start({
      run: (request) => {
        requests.push(request);
        return Promise.resolve({ status: 'ok', lines: ['one', 'two'] });
      },
    });
    expect(await ask(frame('probe', 'a', 'b c'))).toBe('ok: one|two');
    expect(requests).toMatchObject([{ args: ['a', 'b c'], client: root }]);
  });

  it('has the actions of mod_ctrls', async () => {
    await start();
    expect(await ask(frame('help'))).toBe(
      'ok: help: describe all registered controls|insctrl: enable a disabled control|lsctrl: list all registered controls|probe: try something|rmctrl: disable a registered control',
    );
    expect(await ask(frame('lsctrl'))).toBe(
      'ok: help (mod_ctrls.c)|insctrl (mod_ctrls.c)|lsctrl (mod_ctrls.c)|probe (mod_probe.c)|rmctrl (mod_ctrls.c)',
    );
    expect(await ask(frame('help', 'x'))).toBe('wrong-parameters: wrong number of parameters');
    expect(await ask(frame('nope'))).toBe('unsupported: unsupported action requested');
  });

  it.each([
    ['many', 5000, 10, 1024],
    ['long', 20, 2000, 20],
    ['many long', 5000, 2000, 96],
  ])(
    'answers Debian’s ftpdctl with %s lines, as far as that takes them',
    async (_, count, length, expected) => {
      const answer = {
        status: 'failed',
        lines: Array.from({ length: count }, () => 'é'.repeat(length)),
      } as const;
      await start({ run: () => Promise.resolve(answer) });
      const { lines } = await debianCtl(path(), ['probe']);
      expect(lines).toHaveLength(expected);
      expect(lines[0]).toBe('é'.repeat(Math.min(length, 511)));
      const rest = `(${count - expected + 1} more lines, which the ftpdctl of ftpd prints)`;
      expect(lines.at(-1)).toBe(count === expected ? lines[0] : rest);
    },
  );

  it('disables and enables actions, until the next configuration', async () => {
    const { follow } = await start();
    expect(await ask(frame('rmctrl', 'nope'))).toBe("not-found: no such control: 'nope'");
    expect(await ask(frame('rmctrl', 'probe', 'mod_other.c'))).toBe("not-found: no such control: 'probe'");
    expect(await ask(frame('rmctrl', 'lsctrl'))).toBe("not-permitted: 'lsctrl' control cannot be removed");
    expect(await ask(frame('rmctrl', 'probe', 'mod_probe.c'))).toBe("ok: 'probe' control disabled");
    expect(await ask(frame('probe'))).toBe('access-denied: access denied');
    expect(await ask(frame('lsctrl'))).not.toContain('probe');
    expect(await ask(frame('insctrl', 'probe'))).toBe("ok: 'probe' control enabled");
    expect(await ask(frame('probe'))).toBe('ok: done');
    expect(await ask(frame('rmctrl', 'all'))).toBe(
      'ok: all controls disabled|restart the daemon to re-enable controls',
    );
    expect(await ask(frame('insctrl', 'all'))).toBe('access-denied: access denied');
    await follow('ControlsACLs all allow user root\n');
    expect(await ask(frame('probe'))).toBe('ok: done');
  });

  it('denies everybody what no line allows, and follows the configuration', async () => {
    const { follow } = await start({ config: '' });
    expect(await ask(frame('help'))).toBe('access-denied: access denied');
    await follow('ControlsACLs lsctrl allow user root\n');
    expect(await ask(frame('help'))).toBe('access-denied: access denied');
    expect(await ask(frame('lsctrl'))).toContain('ok: help (mod_ctrls.c)');
    await follow('ControlsACLs all allow user root\nControlsSocketACL deny user root\n');
    expect(await ask(frame('lsctrl'))).toBe('access-denied: access denied');
  });

  it('asks no module for an action that is not allowed', async () => {
    let isRun = false;
    await start({
      identify: () => Promise.resolve(stranger),
      run: () => {
        isRun = true;
        return Promise.resolve({ status: 'ok', lines: [] });
      },
    });
    expect(await ask(frame('probe'))).toBe('access-denied: access denied');
    expect(isRun).toBe(false);
  });

  it('answers when an action fails, and logs why', async () => {
    const { log } = await start({ run: () => Promise.reject(new Error('broken')) });
    expect(await ask(frame('probe'))).toBe('internal: internal error: the log says more');
    expect(log).toEqual(['mod_probe: probe: Error: broken']);
  });

  it('lets nobody in whom the system can not name', async () => {
    const { log } = await start({ identify: () => Promise.reject(new Error('no answer')) });
    expect(await ask(frame('help'))).toBe('incomplete');
    expect(log[0]).toContain('no answer');
  });

  it('ends an action that takes too long, and aborts it', async () => {
    let signal: AbortSignal | undefined;
    await start({
      limits: { clientMs: 5000, actionMs: 50 },
      run: (request) => {
        signal = request.signal;
        return new Promise(() => undefined);
      },
    });
    expect(await ask(frame('probe'))).toBe('internal: no answer within 0.05 s');
    expect(signal?.aborted).toBe(true);
  });

  it('aborts an action whose client has gone', async () => {
    let signal: AbortSignal | undefined;
    await start({
      run: (request) => {
        signal = request.signal;
        return Promise.resolve({ status: 'ok', lines: ['x'.repeat(1_000_000)] });
      },
    });
    const socket = await connected();
    socket.pause();
    socket.write(frame('probe'));
    await until(() => signal !== undefined, 5000, 'the action');
    socket.destroy();
    expect(await until(() => signal?.aborted === true, 5000, 'the end of the action')).toBe(true);
  });
});
