import { closeSync, fdatasync, ftruncateSync, readFileSync, write } from 'node:fs';
import { promisify } from 'node:util';
import type { JournalFile } from '@ftpd/ban';
import type { KeeperClient } from '../keeper/request.ts';
import { openBanTableRequest, putBanTableRequest } from '../keeper/requests/ban-table.ts';

const synchronise = promisify(fdatasync);
const writeSome = promisify(write);

async function writeAll(descriptor: number, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await writeSome(descriptor, bytes, at, bytes.length - at, null);
    at += bytesWritten;
  }
}

/** Opens a BanTable where only the keeper may. @throws an error that says why it can't */
export async function banTableThrough(
  keeper: KeeperClient,
  path: string,
  slot: number,
): Promise<JournalFile> {
  let descriptor = await opened(false);

  async function opened(isNew: boolean): Promise<number> {
    const { value, descriptors } = await keeper.askForDescriptors(openBanTableRequest, { path, slot, isNew });
    const [only] = descriptors;
    if (value !== 'opened' || only === undefined)
      throw new Error(value === 'opened' ? 'no descriptor came' : value.problem);
    return only;
  }

  return {
    found: readFileSync(descriptor),
    cut(length) {
      ftruncateSync(descriptor, length);
    },
    async append(text) {
      await writeAll(descriptor, text);
      await synchronise(descriptor);
    },
    async replace(texts) {
      const next = await opened(true);
      try {
        for (const text of texts) await writeAll(next, text);
        await synchronise(next);
        const put = await keeper.ask(putBanTableRequest, { path, slot });
        if (put !== 'put') throw new Error(put.problem);
      } catch (error) {
        closeSync(next);
        throw error;
      }
      closeSync(descriptor);
      descriptor = next;
    },
    close() {
      closeSync(descriptor);
    },
  };
}
