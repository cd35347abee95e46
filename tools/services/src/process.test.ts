import { describe, expect, test } from 'vitest';
import { until } from './deadline.ts';
import { runProgram, startProcess } from './process.ts';

describe('a process of a test', () => {
  test('is stopped with all that it started', async () => {
    const child = await startProcess('sh', ['-c', 'sleep 60 & echo $!; wait']);
    const grandchild = Number(await until(() => /\d+/.exec(child.output())?.[0], 5_000, 'the process id'));
    await child.stop();
    expect(child.isRunning()).toBe(false);
    await until(() => !isAlive(grandchild), 5_000, 'the end of the grandchild');
  });

  test('that ignores SIGTERM is killed', async () => {
    const child = await startProcess('sh', ['-c', 'trap "" TERM; echo ready; while :; do sleep 1; done']);
    await until(() => child.output().includes('ready'), 5_000, 'its start');
    await child.stop();
    expect(child.isRunning()).toBe(false);
  });

  test('that ended fails with what it wrote', async () => {
    const child = await startProcess('sh', ['-c', 'echo no port >&2; exit 3'], { name: 'server' });
    await child.ended;
    expect(() => child.assertRunning()).toThrow(/server ended with 3:\nno port/);
  });

  test('that is not there names itself', async () => {
    await expect(startProcess('/no/such/program', [])).rejects.toThrow('cannot start /no/such/program');
  });

  test('that should end but does not is killed at the deadline', async () => {
    await expect(runProgram('sh', ['-c', 'echo waiting; sleep 60'], { deadlineMs: 300 })).rejects.toThrow(
      /nothing within 300 ms[\s\S]*waiting/,
    );
  });

  test('gives its exit code and output', async () => {
    expect(await runProgram('sh', ['-c', 'echo out; echo err >&2; exit 7'])).toMatchObject({
      code: 7,
      output: expect.stringContaining('err') as string,
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
