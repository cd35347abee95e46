import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { clearControl } from './clear-control.ts';
import { ClearableStream } from './clearable-stream.ts';
import { createDeadline } from './deadline.ts';
import { clientCertificateOf, handshake } from './handshake.ts';
import { readHello } from './read-hello.ts';
import { SessionBinding } from './session-binding.ts';
import type { TlsEndpoint, UpgradeDataOptions, UpgradedConnection, UpgradeOptions } from './types.ts';
import { isTlsError, TlsError } from '../errors.ts';

const defaultTimeoutMs = 30_000;
/** How long a client that is refused may take to read that. */
const refusalLingerMs = 2000;

/** A fatal alert in clear (RFC 8446 §6.2): unrecognized_name. */
const unrecognizedName = Buffer.from([21, 3, 3, 0, 2, 2, 112]);

/**
 * Makes a connection that spoke in clear until now (STARTTLS, AUTH TLS) a TLS one, as its server. The socket is paused,
 * and nothing was read of what belongs to TLS. It is destroyed when this fails.
 * @throws {TlsError}, or the signal's reason
 */
export async function upgradeToTls(socket: Socket, options: UpgradeOptions): Promise<UpgradedConnection> {
  const { choose, timeoutMs = defaultTimeoutMs, signal, canBeCleared = false } = options;
  const deadline = createDeadline(timeoutMs, signal);
  try {
    const hello = await readHello(socket, deadline.signal);
    const endpoint = choose(hello);
    if (!endpoint) {
      socket.write(unrecognizedName);
      throw new TlsError(
        'TLS_NAME_UNKNOWN',
        `The client asked for ${hello.hostName ?? 'no name'}, which no server here has`,
      );
    }
    const emitter = new EventEmitter();
    const context = endpoint.contextFor(hello);
    const binding = new SessionBinding();
    binding.onClose(endpoint.holdOffered(hello));
    socket.once('close', () => {
      binding.close();
    });
    binding.watch(emitter, () => endpoint.holdSealed(hello, context));
    const kind = endpoint.kindFor(hello);
    endpoint.options.sessions.attach(emitter, kind);
    // With tickets nothing is stored, and whoever watches has to answer, or the handshake never ends.
    if (kind === 'tickets')
      emitter.on('newSession', (_id: Buffer, _session: Buffer, done: () => void) => done());
    const stream = canBeCleared ? new ClearableStream(socket) : undefined;
    const secured = await handshake(stream ?? socket, {
      endpoint,
      hello,
      emitter,
      signal: deadline.signal,
      context,
    });
    const clientCertificate = clientCertificateOf(secured, endpoint);
    binding.bind(secured);
    return {
      socket: secured,
      hello,
      endpoint,
      isResumed: secured.isSessionReused(),
      clientCertificate,
      upgradeData: (data, dataOptions) => upgradeData(data, endpoint, binding, dataOptions),
      ...(stream ? { clear: (ending) => clearControl(secured, stream, ending) } : {}),
    };
  } catch (error) {
    socket.destroySoon();
    throw error;
  } finally {
    deadline.clear();
  }
}

async function upgradeData(
  socket: Socket,
  endpoint: TlsEndpoint,
  binding: SessionBinding,
  { requiresResumption = true, timeoutMs = defaultTimeoutMs, signal, onHello }: UpgradeDataOptions = {},
): Promise<TLSSocket> {
  const deadline = createDeadline(timeoutMs, signal);
  try {
    const hello = await readHello(socket, deadline.signal);
    onHello?.();
    const context = endpoint.dataContextFor(hello);
    const emitter = binding.dataEmitter(() => endpoint.holdSealed(hello, context));
    const secured = await handshake(socket, {
      endpoint,
      hello,
      emitter,
      signal: deadline.signal,
      context,
    });
    clientCertificateOf(secured, endpoint);
    if (!requiresResumption || binding.isResumedBy(secured)) return secured;
    // In good order: many clients tell an early end as an error of their own, in place of the reply that explains it.
    secured.on('error', () => {});
    secured.end();
    secured.resume();
    secured.setTimeout(refusalLingerMs, () => secured.destroy());
    throw new TlsError('TLS_NOT_RESUMED');
  } catch (error) {
    if (!isTlsError(error, 'TLS_NOT_RESUMED')) socket.destroy();
    throw error;
  } finally {
    deadline.clear();
  }
}
