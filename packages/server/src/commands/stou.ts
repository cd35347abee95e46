import { randomBytes } from 'node:crypto';
import { reply } from '@ftpd/protocol';
import { isStorageError, joinPath, type OpenFile, type VirtualPath, type WriteOptions } from '@ftpd/storage';
import type { Handler } from '../handler.ts';
import { newOwners } from '../new-owners.ts';
import { Refused } from '../refused.ts';
import type { Session } from '../session.ts';
import { fileSink } from '../transfer/file-bytes.ts';
import { takeStart } from '../transfer/start.ts';

const maxTries = 16;

/** RFC 959 §4.1.3, RFC 1123 §4.1.2.9: the name is told in the 150 reply. */
export const stou: Handler<'STOU'> = async (session) => {
  const start = takeStart(session);
  if (start.fromBytes > 0 || start.maxBytes !== Infinity)
    throw new Refused(550, `STOU incompatible with ${start.verb}`);
  const settings = session.settingsAt(session.workingDirectory);
  const { file, path, name } = await openUnique(session, {
    disposition: 'exclusive',
    mode: 0o666 & ~settings.fileUmask,
    ...(await newOwners(session, settings)),
  });
  return {
    direction: 'receive',
    opening: reply(150, `FILE: ${name}`),
    path,
    type: session.parameters.type,
    ...(settings.rates.STOU ? { rate: settings.rates.STOU } : {}),
    sink: fileSink(file, 0),
    finish: async (outcome) => {
      await file.close();
      if (!outcome.isComplete && (settings.deletesAbortedStores || outcome.bytes === 0))
        await session.files.remove(path);
      return undefined;
    },
  };
};

async function openUnique(
  session: Session,
  options: WriteOptions,
): Promise<{ readonly file: OpenFile; readonly path: VirtualPath; readonly name: string }> {
  for (let tries = 0; tries < maxTries; tries++) {
    const name = `ftp${randomBytes(5).toString('base64url').slice(0, 6)}`;
    const path = joinPath(session.workingDirectory, name);
    try {
      return { file: await session.files.openWrite(path, options), path, name };
    } catch (error) {
      if (!isStorageError(error, 'STORAGE_EXISTS')) throw error;
    }
  }
  throw new Refused(550, 'STOU: no unique name could be found');
}
