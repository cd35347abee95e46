import { receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';

/** A thread that notices, at its first request, that it is not who it should be. */
const { port, control } = workerData as {
  readonly port: MessagePort;
  readonly control: Int32Array;
};
port.postMessage({ isReady: true, hasOwnUmask: true });
Atomics.wait(control, 0, 0);
const { message } = receiveMessageOnPort(port) as { readonly message: readonly (readonly [number])[] };
port.postMessage([message[0]?.[0], 'lost', { code: 'EPERM', message: 'the user did not change' }]);
