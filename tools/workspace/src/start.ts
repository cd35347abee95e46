/**
 * `npm start`: builds what changed and becomes the daemon, in the foreground, with the sample configuration.
 * `npm start -- -c FILE …`: the same with the caller's arguments and no sample.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { copyProgram } from './program-copy.ts';
import { build, root } from './programs.ts';
import { canReach, clientLines, prepareCertificate, prepareState, servingUser } from './sample-state.ts';

const host = '127.0.0.1';
const port = Number(process.env['FTPD_PORT'] ?? 2121);
const app = join(root, 'apps/ftpd');

async function isPortFree(): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, host), 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

/** Takes this process's place: signals and the exit code are the daemon's own. */
function become(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): never {
  if (process.execve === undefined) throw new Error('This Node cannot replace itself: use Linux or macOS.');
  return process.execve(program, [program, ...args], env);
}

async function startSample(): Promise<number> {
  if (!(await isPortFree())) {
    console.error(
      `${host}:${port} is in use, perhaps by another npm start: end it, or take another port with FTPD_PORT=2122 npm start.`,
    );
    return 1;
  }
  const code = await build('@ftpd/ftpd');
  if (code !== 0) return code;
  const user = servingUser();
  const isHidden = !canReach(root, user);
  const state = process.env['FTPD_STATE'] ?? (isHidden ? '/var/lib/ftpd-sample' : join(root, '.state'));
  const password = prepareState(state, user, join(app, 'bin/ftpasswd'));
  const program = isHidden ? join(state, 'program') : app;
  if (isHidden) copyProgram(root, 'apps/ftpd', process.execPath, program);
  const warning = prepareCertificate(state, join(program, 'bin/ftpd'));
  if (warning !== undefined) console.warn(`\n${warning}`);
  console.log(`\nftpd listens on ${host}:${port}; Ctrl-C ends it. Its files are in ${state}.`);
  if (isHidden)
    console.log(`(There, and with a copy of the program, because its user nobody can't get into ${root}.)`);
  const lines = clientLines(password, host, port, state).map((line) => `  ${line}\n`);
  console.log(`Try, in another window:\n\n${lines.join('')}`);
  const args = [
    '-n',
    '-c',
    join(program, 'sample/proftpd.conf'),
    ...(user.isSwitched ? ['--unprivileged'] : []),
  ];
  return become(join(program, 'bin/ftpd'), args, {
    ...process.env,
    FTPD_STATE: state,
    FTPD_PORT: String(port),
    FTPD_OPERATOR: userInfo().username,
  });
}

async function startWith(args: readonly string[]): Promise<number> {
  const code = await build('@ftpd/ftpd');
  if (code !== 0) return code;
  // npm runs scripts in the root folder; names of files are the caller's.
  process.chdir(process.env['INIT_CWD'] ?? '.');
  const isForeground = args.includes('-n') || args.includes('--nodaemon');
  return become(join(app, 'bin/ftpd'), isForeground ? args : ['-n', ...args]);
}

const args = process.argv.slice(2);
try {
  process.exitCode = args.length === 0 ? await startSample() : await startWith(args);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
