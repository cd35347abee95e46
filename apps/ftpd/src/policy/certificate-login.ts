import type { Account } from '@ftpd/auth';
import type { CertificateClaim } from '@ftpd/module';
import type { CertificateGrant, LoginRefusal, SessionView } from '@ftpd/server';
import { isStorageError, type StorageView, type VirtualPath } from '@ftpd/storage';
import { pathBelow } from './default-root.ts';
import { grant, inRoot, realUser, scopeOf, type LoginContext } from './login.ts';
import type { SessionKey } from './session-scopes.ts';

/** What a module says of the client's certificate and an account. */
export type ClaimOf = (session: SessionView, account: Account) => Promise<CertificateClaim | undefined>;

const maxFileBytes = 64 * 1024;

/** Decides at USER whether a certificate is enough. Nothing is made or changed before that is known. */
export async function logInByCertificate(
  context: LoginContext,
  key: SessionKey,
  session: SessionView,
  name: string,
  claimOf: ClaimOf,
): Promise<CertificateGrant | LoginRefusal | undefined> {
  const scope = scopeOf(context, key);
  const user = realUser(scope, name);
  if (user === undefined) return undefined;
  const account = await context
    .accountsOf(scope)
    .lookUp(user)
    .catch(() => undefined);
  if (account === undefined) return undefined;
  const claim = await claimOf(session, account);
  if (claim === undefined) return undefined;
  if (claim === 'proved') return grant(context, key, session, account);
  const decision = await grant({ ...context, makeHome: () => Promise.resolve() }, key, session, account);
  // Who has proved nothing yet must learn nothing of the rules either.
  if (decision.outcome === 'refused') return undefined;
  const { root } = decision;
  const { home } = account;
  if (root !== '/' && home !== root && !home.startsWith(`${root}/`)) return undefined;
  const path = inRoot(`${pathBelow(root, home).replace(/\/$/u, '')}/${claim.fileInHome}`);
  return {
    ...decision,
    isProvedIn: async (storage) => {
      const content = await readStart(storage, path);
      return content !== undefined && claim.isProvedBy(content);
    },
  };
}

/** The first bytes of a file. Undefined: it is not there for this user. */
async function readStart(storage: StorageView, path: VirtualPath): Promise<Uint8Array | undefined> {
  try {
    const file = await storage.openRead(path);
    try {
      const buffer = Buffer.alloc(maxFileBytes);
      let length = 0;
      while (length < maxFileBytes) {
        const bytes = await file.read(buffer.subarray(length), length);
        if (bytes === 0) break;
        length += bytes;
      }
      return buffer.subarray(0, length);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isStorageError(error)) return undefined;
    throw error;
  }
}
