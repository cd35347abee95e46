import { closeSync } from 'node:fs';
import { KeeperError, keeperErrorTexts, type KeeperErrorCode } from '../keeper/keeper-error.ts';
import type { Answer, MessageToKeeper } from '../keeper/messages.ts';
import type { KeeperClient, KeeperRequest } from '../keeper/request.ts';

export interface KeeperConnection extends KeeperClient {
  /** An answer has come, with its descriptors. */
  take(answer: Answer, descriptors: readonly number[]): void;
}

interface Pending {
  readonly resolve: (answered: { readonly value: unknown; readonly descriptors: readonly number[] }) => void;
  readonly reject: (error: KeeperError) => void;
}

/** The requests of this server that are not answered yet. */
export function createKeeperClient(send: (message: MessageToKeeper) => void): KeeperConnection {
  const pending = new Map<number, Pending>();
  let lastId = 0;

  function askForDescriptors<Input, Output>({ name }: KeeperRequest<Input, Output>, input: Input) {
    lastId += 1;
    const id = lastId;
    return new Promise<{ readonly value: Output; readonly descriptors: readonly number[] }>(
      (resolve, reject) => {
        pending.set(id, {
          // The keeper is trusted: its answer is what its request says.
          resolve: ({ value, descriptors }) => resolve({ value: value as Output, descriptors }),
          reject,
        });
        send({ type: 'ask', id, name, input });
      },
    );
  }

  return {
    askForDescriptors,
    async ask(request, input) {
      const { value, descriptors } = await askForDescriptors(request, input);
      closeAll(descriptors);
      return value;
    },
    take({ id, value, error }, descriptors) {
      const asked = pending.get(id);
      pending.delete(id);
      if (asked === undefined) return closeAll(descriptors);
      if (error === undefined) return asked.resolve({ value, descriptors });
      closeAll(descriptors);
      asked.reject(errorOf(error));
    },
  };
}

function closeAll(descriptors: readonly number[]): void {
  for (const descriptor of descriptors) closeSync(descriptor);
}

function errorOf({ code, text }: { readonly code: string; readonly text: string }): KeeperError {
  const known: KeeperErrorCode = Object.hasOwn(keeperErrorTexts, code)
    ? (code as KeeperErrorCode)
    : 'KEEPER_FAILED';
  return new KeeperError(known, text);
}
