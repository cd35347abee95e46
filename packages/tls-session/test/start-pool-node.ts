import { fork } from 'node:child_process';
import { once } from 'node:events';
import { within } from '@ftpd/test-services';
import { afterwards } from './pool.ts';
import type { NodeOrder, NodeReport, NodeSetup } from './pool-node.ts';

export interface PoolNode {
  readonly port: number;
  /** Tells it to do something, and waits until it has. */
  tell(order: NodeOrder): Promise<NodeReport>;
  /** How it is now. */
  look(): Promise<NodeReport>;
}

const program = new URL('pool-node.ts', import.meta.url);

/** Starts a process of a pool, ended after the test. @param execPath - Which Node.js. Default: that of the tests. */
export async function startPoolNode(
  setup: NodeSetup,
  execPath: string = process.execPath,
): Promise<PoolNode> {
  const child = fork(program, [JSON.stringify(setup)], {
    execPath,
    execArgv: ['--conditions=@ftpd/source', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  afterwards(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`The node ended with ${signal ?? code}:\n${errors}`);
  });
  ended.catch(() => undefined);
  const report = async (): Promise<NodeReport> => {
    const said = once(child, 'message') as Promise<[NodeReport]>;
    const [first] = await within(Promise.race([said, ended]), 30_000, 'a node of the pool');
    return first;
  };
  const { port } = await report();
  const tell = async (order: NodeOrder): Promise<NodeReport> => {
    const said = report();
    child.send(order);
    return await said;
  };
  return { port, tell, look: () => tell({ passMs: 0, isLooking: false }) };
}
