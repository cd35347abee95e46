import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openPassiveListener } from './passive-listener.ts';

const never = new AbortController().signal;

async function dial(port: number, localAddress = '127.0.0.1') {
  const socket = connect({ host: '127.0.0.1', port, localAddress });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

describe('passive listener', () => {
  it('gives the connection that came before it was asked for', async () => {
    const listener = await openPassiveListener({ localAddress: '127.0.0.1', isPeerAllowed: () => true });
    const client = await dial(listener.port);
    const server = await listener.accept(never);
    expect(server.remotePort).toBe(client.localPort);
    client.destroy();
    server.destroy();
  });

  it('drops a peer that is not allowed and goes on waiting for the right one', async () => {
    const listener = await openPassiveListener({
      localAddress: '127.0.0.1',
      isPeerAllowed: (address) => address === '127.0.0.1',
    });
    const thief = await dial(listener.port, '127.0.0.2');
    await once(thief, 'close');
    const client = await dial(listener.port);
    const server = await listener.accept(never);
    expect(server.remotePort).toBe(client.localPort);
    client.destroy();
    server.destroy();
  });

  it('ends the wait with the reason of the signal', async () => {
    const listener = await openPassiveListener({ localAddress: '127.0.0.1', isPeerAllowed: () => true });
    const controller = new AbortController();
    const waiting = listener.accept(controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    listener.close();
  });

  it('takes the next port of the range when one is in use, and fails when all are', async () => {
    const isPeerAllowed = () => true;
    const first = await openPassiveListener({ localAddress: '127.0.0.1', isPeerAllowed });
    const ports = { from: first.port, to: first.port };
    await expect(
      openPassiveListener({ localAddress: '127.0.0.1', ports, isPeerAllowed }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const wider = { from: first.port, to: first.port + 20 };
    const second = await openPassiveListener({
      localAddress: '127.0.0.1',
      ports: wider,
      isPeerAllowed,
      random: () => 0,
    });
    expect(second.port).toBeGreaterThan(first.port);
    expect(second.port).toBeLessThanOrEqual(wider.to);
    first.close();
    second.close();
  });

  /** While this runs no connection is accepted, so it is reset before anybody can ask who it was. */
  function resetBeforeAccept(port: number): void {
    const program = `
import socket, struct, sys
client = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
client.close()`;
    expect(spawnSync('python3', ['-c', program, String(port)]).status).toBe(0);
  }

  it('does not wait for ever after a connection that was reset before it was accepted', async () => {
    const listener = await openPassiveListener({ localAddress: '127.0.0.1', isPeerAllowed: () => true });
    resetBeforeAccept(listener.port);
    await expect(listener.accept(never)).rejects.toMatchObject({ code: 'ECONNRESET' });
    listener.close();
  });

  it('still takes the right connection that comes soon after a reset one', async () => {
    const listener = await openPassiveListener({ localAddress: '127.0.0.1', isPeerAllowed: () => true });
    resetBeforeAccept(listener.port);
    const client = await dial(listener.port);
    const server = await listener.accept(never);
    expect(server.remotePort).toBe(client.localPort);
    client.destroy();
    server.destroy();
  });
});
