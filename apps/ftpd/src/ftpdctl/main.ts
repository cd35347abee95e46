import { readFileSync } from 'node:fs';
import { decodeName } from '@ftpd/storage';
import { runFtpdctl } from './run.ts';

/** The words of the command line, byte by byte: Node replaces what is not valid UTF-8. */
function ownArguments(): readonly string[] {
  const words = process.argv.slice(2);
  if (!words.some((word) => word.includes('\ufffd'))) return words;
  try {
    const text = decodeName(readFileSync('/proc/self/cmdline'));
    return text.split('\0').slice(0, -1).slice(-words.length);
  } catch {
    return words;
  }
}

/** The same place seen from dist/ and, one level higher, from src/ftpdctl/. */
function ownVersion(): string {
  const folder = import.meta.url.endsWith('.ts') ? '../../' : '../';
  const { version } = JSON.parse(readFileSync(new URL(`${folder}package.json`, import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

// Who read this may be gone (`ftpdctl help | head`).
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.exitCode = await runFtpdctl(ownArguments(), {
  print: (line) => void process.stdout.write(`${line}\n`),
  printError: (line) => void process.stderr.write(`${line}\n`),
  version: ownVersion(),
});
