/** Where a server finds its ways to the keeper: messages, and packets with descriptors. */
export const channelDescriptor = 3;
export const packetDescriptor = 4;

/** Set in the environment of a server that a keeper started. */
export const serverMark = 'FTPD_SERVER';

const isMarked = process.env[serverMark] === '1';
// What a server starts must not take itself for one.
delete process.env[serverMark];

/** Whether this process is a keeper's server. */
export function isKeptServer(): boolean {
  return isMarked;
}
