import { createTplCodec, isTplError } from '@ftpd/tpl';
import { BanError } from '../errors.ts';
import { bytesOfName, nameOfBytes } from './name-bytes.ts';
import {
  maxI32,
  maxTextBytes,
  maxU32,
  proftpdTypes,
  recordVersion,
  swapPort,
  typeOfId,
  type ProftpdBan,
  type ProftpdBanType,
} from './proftpd-ban.ts';

const keyCodec = createTplCodec('vs', { maxBytes: 2048 });
const valueCodec = createTplCodec('S(iusiisssui)', { maxBytes: 8192 });

/** @returns undefined for a name that can't be in a key. */
export function encodeTplKey(type: ProftpdBanType, name: string): Uint8Array | undefined {
  const bytes = textBytes(name);
  return bytes === undefined ? undefined : keyCodec.encode([proftpdTypes[type].id, bytes]);
}

/** @returns undefined for a ban that can't be in a record. */
export function encodeTplRecord(ban: ProftpdBan): Uint8Array | undefined {
  const [address, name, reason, message] = [ban.serverAddress, ban.name, ban.reason, ban.message].map(
    textBytes,
  );
  if (address === undefined || name === undefined || reason === undefined || message === undefined)
    return undefined;
  const { updatedS, expiresS, serverPort, serverId } = ban;
  const port = swapPort(serverPort);
  const type = proftpdTypes[ban.type].id;
  return valueCodec.encode([
    recordVersion,
    Math.min(updatedS, maxU32),
    address,
    port,
    type,
    name,
    reason,
    message,
    Math.min(expiresS, maxU32),
    Math.min(serverId, maxI32),
  ]);
}

/** C strings have no NUL inside, and records have a bound. */
function textBytes(text: string): Uint8Array | undefined {
  const bytes = bytesOfName(text);
  return bytes === undefined || bytes.length > maxTextBytes || bytes.includes(0) ? undefined : bytes;
}

/**
 * Reads a record as strictly as ProFTPD writes it; only its server id may be 0, which readers of TPL take.
 * @throws {BanError} BAN_BAD_RECORD
 */
export function decodeTplRecord(bytes: Uint8Array): ProftpdBan {
  const [version, updatedS, address, port, typeId, name, reason, message, expiresS, serverId] =
    readImage(bytes);
  const type = typeOfId(typeId);
  if (version !== recordVersion || type === undefined || serverId < 0 || port < 1 || port > 0xffff)
    throw new BanError('BAN_BAD_RECORD');
  const [serverAddress, nameText, reasonText, messageText] = [address, name, reason, message].map((text) => {
    // ProFTPD writes an empty string, never none.
    if (text === null || text.length > maxTextBytes) throw new BanError('BAN_BAD_RECORD');
    return nameOfBytes(text);
  }) as [string, string, string, string];
  if (nameText === '') throw new BanError('BAN_BAD_RECORD');
  return {
    type,
    name: nameText,
    reason: reasonText,
    message: messageText,
    updatedS,
    expiresS,
    serverAddress,
    serverPort: swapPort(port),
    serverId,
  };
}

function readImage(bytes: Uint8Array): ReturnType<typeof valueCodec.decode> {
  try {
    return valueCodec.decode(bytes);
  } catch (error) {
    if (isTplError(error)) throw new BanError('BAN_BAD_RECORD', error.message, error);
    throw error;
  }
}
