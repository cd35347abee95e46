import { spawn } from 'node:child_process';

/** What `openssl s_client -status` saw. */
export interface StapledHandshake {
  /** Of the answer: `good`, `revoked`; or `tryLater`, or `none` if nothing was stapled. */
  readonly status: string;
  readonly isReused: boolean;
  readonly output: string;
}

/** One handshake with the client of OpenSSL, which asks for a stapled answer. */
export async function stapledHandshake(
  port: number,
  args: readonly string[] = [],
): Promise<StapledHandshake> {
  const words = ['s_client', '-connect', `127.0.0.1:${port}`, '-status', ...args];
  const client = spawn('openssl', words, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [client.stdout, client.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      // With TLS 1.3 the ticket comes behind the report.
      const isDone = /Verify return code|Extended master secret/.test(output);
      if (isDone && !client.stdin.writableEnded) client.stdin.end('Q\n');
    });
  const timer = setTimeout(() => client.kill('SIGKILL'), 15_000);
  await new Promise((resolve) => client.once('close', resolve));
  clearTimeout(timer);
  const status =
    /Cert Status: (\w+)/.exec(output)?.[1] ??
    (output.includes('OCSP Response Status: trylater') ? 'tryLater' : undefined) ??
    // Resumed ones don't speak of it.
    'none';
  return { status, isReused: /^Reused, /m.test(output), output };
}
