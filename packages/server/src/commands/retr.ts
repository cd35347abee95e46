import { reply, texts } from '@ftpd/protocol';
import { parentOf } from '@ftpd/storage';
import { transferDisplay } from '../display-file.ts';
import { authorizeOpened } from '../gate.ts';
import type { Handler } from '../handler.ts';
import { openRegular } from '../open-regular.ts';
import { Refused } from '../refused.ts';
import { fileSource } from '../transfer/file-bytes.ts';
import { takeStart } from '../transfer/start.ts';

/** RFC 959 §4.1.3, RFC 3659 §5 for REST. */
export const retr: Handler<'RETR'> = async (session, text, { row }) => {
  const { fromBytes, maxBytes, verb } = takeStart(session);
  const path = session.pathOf(text);
  const settings = session.settingsAt(parentOf(path));
  if (!settings.isPathAllowed(text)) throw new Refused(550, `${text}: Forbidden filename`);
  if (fromBytes > 0 && !settings.allowsRetrieveRestart)
    throw new Refused(451, `${text}: Restart not permitted, try again`);
  const { file, stat } = await openRegular(session, path, text, () => session.files.openRead(path));
  try {
    if (fromBytes > stat.sizeBytes) throw new Refused(554, `${verb}: invalid ${text} argument`);
    if (maxBytes !== Infinity && fromBytes + maxBytes > stat.sizeBytes)
      throw new Refused(554, `${text}: invalid RANG argument`);
    const refusal = await authorizeOpened(session, row, path, file);
    if (refusal) {
      await file.close();
      return refusal;
    }
  } catch (error) {
    await file.close();
    throw error;
  }
  const { type } = session.parameters;
  const expectedBytes = Math.min(stat.sizeBytes - fromBytes, maxBytes);
  const size = expectedBytes > 0 ? { sizeBytes: expectedBytes } : {};
  return {
    direction: 'send',
    opening: texts.openingData({ type: type === 'A' ? 'ascii' : 'image', name: text, ...size }),
    path,
    type,
    expectedBytes,
    ...(settings.rates.RETR ? { rate: settings.rates.RETR } : {}),
    source: fileSource(file, fromBytes, maxBytes),
    ...(settings.isSentByKernel ? { part: { file, fromBytes, maxBytes } } : {}),
    finish: async (outcome) => {
      await file.close();
      const shown = outcome.isComplete ? await transferDisplay(session, path) : [];
      return shown.length === 0 ? undefined : reply(226, ...shown, 'Transfer complete');
    },
  };
};
