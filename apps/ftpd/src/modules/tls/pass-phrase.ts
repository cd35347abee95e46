import { execFile } from 'node:child_process';

/** What an encrypted key is, as TLSPassPhraseProvider is told. */
export type PassPhraseKind = 'RSA' | 'EC' | 'PKCS12';

export const passPhraseKinds: readonly PassPhraseKind[] = ['RSA', 'EC', 'PKCS12'];

const deadlineMs = 10_000;
const maxBytes = 4096;

/**
 * Runs TLSPassPhraseProvider, without a shell, and takes the first line that it prints.
 * @param server - `name:port` of the server.
 * @throws an error that says what is wrong
 */
export function runProvider(
  program: string | undefined,
  server: string,
  kind: PassPhraseKind,
): Promise<string> {
  return new Promise((resolve, reject) => {
    if (program === undefined) {
      reject(
        new Error('it is encrypted: TLSPassPhraseProvider must name a program that tells its pass phrase'),
      );
      return;
    }
    const options = {
      timeout: deadlineMs,
      killSignal: 'SIGKILL',
      maxBuffer: maxBytes,
      encoding: 'utf8',
      cwd: '/',
    } as const;
    const child = execFile(program, [server, kind], options, (error, stdout) => {
      if (error !== null) {
        const how =
          error.killed === true
            ? `said nothing within ${deadlineMs / 1000} s`
            : `failed (${String(error.code ?? error.signal)})`;
        reject(new Error(`TLSPassPhraseProvider '${program}' ${how}`));
        return;
      }
      const [line = ''] = stdout.split(/\r?\n/u, 1);
      if (line === '') reject(new Error(`TLSPassPhraseProvider '${program}' printed no pass phrase`));
      else resolve(line);
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end();
  });
}
