import { parseAddress, reply, texts, type Reply } from '@ftpd/protocol';
import { openPassiveListener } from '../data/passive-listener.ts';
import { isPeerAllowed } from '../data/peer-rules.ts';
import type { Handler } from '../handler.ts';
import type { Session } from '../session.ts';

/** RFC 959 §4.1.2. Over IPv6 only a configured IPv4 address can be told. */
export const pasv: Handler<'PASV'> = async (session) => {
  if (session.parameters.isEpsvOnly) return reply(500, 'Illegal PASV command, EPSV ALL in effect');
  const { passiveAddress = session.localAddress, securePassiveAddress = passiveAddress } = session.settings;
  const address = session.security.isControlSecure ? securePassiveAddress : passiveAddress;
  if (parseAddress(address)?.family !== 4) return reply(522, 'Network protocol not supported, use EPSV');
  const opened = await expectPassive(session);
  return 'code' in opened ? opened : texts.enteringPassive({ family: 4, address, port: opened.port });
};

/** @returns the port that waits, or the reply when there is none to be had. */
export async function expectPassive(session: Session): Promise<{ readonly port: number } | Reply> {
  const { passivePorts } = session.settings;
  try {
    const listener = await openPassiveListener({
      localAddress: session.localAddress,
      ...(passivePorts ? { ports: passivePorts } : {}),
      isPeerAllowed: (address) => {
        const isAllowed = isPeerAllowed(session, address);
        if (!isAllowed)
          session.context.log(
            'notice',
            `Refused a data connection from ${address} (AllowForeignAddress)`,
            session,
          );
        return isAllowed;
      },
    });
    if (session.isEnded) listener.close();
    else session.dataPort.expectPassive(listener);
    return { port: listener.port };
  } catch (error) {
    const range = passivePorts ? ` in PassivePorts ${passivePorts.from}-${passivePorts.to}` : '';
    session.context.log('error', `no port for a passive data connection${range}: ${String(error)}`, session);
    return reply(425, 'Unable to build data connection: no free port');
  }
}
