import { readFileSync } from 'node:fs';
import { createHiddenReader, createLineReader, PasswordInputError, readTwice } from './password-input.ts';
import { runFtpasswd, type Terminal } from './run.ts';

const { stdin, stdout, stderr } = process;
const readLine = createLineReader(stdin);

async function readPassword(): Promise<string> {
  const line = await readLine();
  if (line === undefined) throw new PasswordInputError('no password given');
  return line;
}

const onMismatch = (): void => void stderr.write('Passwords do not match. Please try again.\n');

async function askPassword(): Promise<string> {
  if (stdin.isTTY) {
    const reader = createHiddenReader(stdin, stderr);
    try {
      return await readTwice((prompt) => reader.read(prompt), onMismatch);
    } finally {
      reader.close();
    }
  }
  // The lines come from standard input, as from a script that answers the prompts.
  return readTwice((prompt) => {
    stderr.write(prompt);
    return readPassword();
  }, onMismatch);
}

/** The same place seen from dist/ and, one level higher, from src/ftpasswd/. */
function ownVersion(): string {
  const folder = import.meta.url.endsWith('.ts') ? '../../' : '../';
  const { version } = JSON.parse(readFileSync(new URL(`${folder}package.json`, import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

const terminal: Terminal = {
  print: (line) => void stdout.write(`${line}\n`),
  printError: (line) => void stderr.write(`${line}\n`),
  readPassword,
  askPassword,
  version: ownVersion(),
};

process.exitCode = await runFtpasswd(process.argv.slice(2), terminal);
stdin.destroy();
