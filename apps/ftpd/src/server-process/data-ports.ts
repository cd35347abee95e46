import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { connectSocket } from '@ftpd/posix';
import type { ConnectData } from '@ftpd/server';
import { bindDataPort } from '../keeper/requests/bind-data-port.ts';
import type { KeeperClient } from '../keeper/request.ts';

const firstUnprivilegedPort = 1024;

/** Active data connections from a port that is for root, such as 20: the keeper binds it. */
export function dataPortsThrough(keeper: KeeperClient): ConnectData {
  return async ({ localAddress, localPort, remoteAddress, remotePort }, signal) => {
    if (localPort >= firstUnprivilegedPort) return undefined;
    const { value, descriptors } = await keeper.askForDescriptors(bindDataPort, {
      address: localAddress,
      port: localPort,
    });
    const [descriptor] = descriptors;
    if (descriptor === undefined) {
      const code = value.failure ?? 'EACCES';
      throw Object.assign(new Error(`${code}: binding port ${localPort}`), { code });
    }
    try {
      await connectSocket(descriptor, { host: remoteAddress, port: remotePort }, { signal });
      return new Socket({ fd: descriptor }).pause();
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  };
}
