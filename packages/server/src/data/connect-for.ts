import type { Socket } from 'node:net';
import type { ServerContext } from '../server-context.ts';
import type { SessionView } from '../session-view.ts';
import { connectActive } from './active-connector.ts';
import type { ActiveTarget } from './data-port.ts';

interface Owner extends Pick<SessionView, 'settings' | 'localAddress' | 'localPort'> {
  readonly context: Pick<ServerContext, 'connectData'>;
}

/** Makes a session's active data connection, from the port that its settings say. */
export async function connectFor(
  { settings, context, localAddress, localPort }: Owner,
  { address, port }: ActiveTarget,
  signal: AbortSignal,
): Promise<Socket> {
  const target = { remoteAddress: address, remotePort: port, localAddress };
  if (settings.activeSourcePort === 'any' || localPort < 2) return await connectActive(target, signal);
  const wanted = { ...target, localPort: localPort - 1 };
  return (await context.connectData(wanted, signal)) ?? (await connectActive(wanted, signal));
}
