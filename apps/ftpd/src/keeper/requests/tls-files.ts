import { passPhraseProvider } from '../../modules/tls/certificate-rows.ts';
import { passPhraseKinds, runProvider, type PassPhraseKind } from '../../modules/tls/pass-phrase.ts';
import { serverLabel } from '../../modules/tls/server-label.ts';
import { pathsNamedBy, readTlsFile, readTlsFolder, stampOf } from '../../modules/tls/tls-files.ts';
import { readFields, type Fields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import { configuredValues, type KeeperContext, type KeeperRequest } from '../request.ts';

/** Why a file was not read; `code` is the system's. */
export interface TlsFileProblem {
  readonly problem: string;
  readonly code?: string;
}

const namedPaths = (keeper: KeeperContext): ReturnType<typeof pathsNamedBy> =>
  pathsNamedBy((row) => configuredValues(keeper, row));

const pathFields = { path: 'path' } as const;

function problemOf(error: unknown): TlsFileProblem {
  const { code } = error as NodeJS.ErrnoException;
  const problem = error instanceof Error ? error.message : String(error);
  return typeof code === 'string' ? { problem, code } : { problem };
}

/** Reads a certificate, key or list that the configuration names: keys are mostly root's alone. */
export const readTlsFileRequest: KeeperRequest<
  Fields<typeof pathFields>,
  { readonly base64: string; readonly mode: number } | TlsFileProblem
> = {
  name: 'read-tls-file',
  deadlineMs: 5000,
  maxParallel: 8,
  check: (input) => readFields(input, pathFields),
  async handle({ path }, keeper) {
    if (!namedPaths(keeper).files.has(path)) throw new KeeperError('KEEPER_REFUSED', path);
    try {
      const { bytes, mode } = await readTlsFile(path);
      return { value: { base64: bytes.toString('base64'), mode } };
    } catch (error) {
      return { value: problemOf(error) };
    }
  },
};

/** Reads all files of TLSCACertificatePath or TLSCARevocationPath. */
export const readTlsFolderRequest: KeeperRequest<
  Fields<typeof pathFields>,
  { readonly base64: readonly string[] } | TlsFileProblem
> = {
  name: 'read-tls-folder',
  deadlineMs: 10_000,
  maxParallel: 4,
  check: (input) => readFields(input, pathFields),
  async handle({ path }, keeper) {
    if (!namedPaths(keeper).folders.has(path)) throw new KeeperError('KEEPER_REFUSED', path);
    try {
      const contents = await readTlsFolder(path);
      return { value: { base64: contents.map((bytes) => bytes.toString('base64')) } };
    } catch (error) {
      return { value: problemOf(error) };
    }
  },
};

/** Tells of every path that the configuration names for TLS a text that changes when it does. */
export const tlsFileStampsRequest: KeeperRequest<
  Fields<Record<never, never>>,
  { readonly stamps: Readonly<Record<string, string>> }
> = {
  name: 'tls-file-stamps',
  deadlineMs: 5000,
  maxParallel: 2,
  check: (input) => readFields(input, {}),
  async handle(_input, keeper) {
    const { files, folders } = namedPaths(keeper);
    const paths = [...files, ...folders];
    const stamps = await Promise.all(paths.map(stampOf));
    return { value: { stamps: Object.fromEntries(paths.map((path, index) => [path, stamps[index] ?? ''])) } };
  },
};

const passPhraseFields = { server: 'text', kind: 'text' } as const;

/** The newest that is configured. */
const providerOf = ({ composition, upcoming = composition }: KeeperContext): string | undefined =>
  upcoming.main.first(passPhraseProvider)?.path;

/** Runs TLSPassPhraseProvider for a server of the configuration. */
export const passPhraseRequest: KeeperRequest<
  Fields<typeof passPhraseFields>,
  { readonly passPhrase: string } | TlsFileProblem
> = {
  name: 'tls-pass-phrase',
  deadlineMs: 15_000,
  maxParallel: 4,
  check: (input) => readFields(input, passPhraseFields),
  async handle({ server, kind }, keeper) {
    const { composition, upcoming = composition } = keeper;
    const isKnown = upcoming.moduleContext.servers.some((known) => serverLabel(known) === server);
    if (!isKnown || !passPhraseKinds.includes(kind as PassPhraseKind))
      throw new KeeperError('KEEPER_REFUSED', server);
    try {
      return { value: { passPhrase: await runProvider(providerOf(keeper), server, kind as PassPhraseKind) } };
    } catch (error) {
      return { value: problemOf(error) };
    }
  },
};
