import type { TypeObject } from 'koffi';
import { libraryFunction, loadKoffi } from './native.ts';
import type { ConversationFunction } from './pam-conversation.ts';

export type PamHandle = bigint;
type Step = (handle: PamHandle, flags: number) => number;

function pamFunction(name: string): Step {
  return libraryFunction<[PamHandle, number]>('pam', name, 'int', ['pointer', 'int']);
}

type Pointer = Uint8Array | bigint;

/** The functions of libpam(3), which is loaded with the first call. */
export const pamLibrary = {
  start: libraryFunction<[Pointer, Pointer, Pointer, Pointer]>('pam', 'pam_start', 'int', [
    'pointer',
    'pointer',
    'pointer',
    'pointer',
  ]),
  startIn: libraryFunction<[Pointer, Pointer, Pointer, Pointer, Pointer]>('pam', 'pam_start_confdir', 'int', [
    'pointer',
    'pointer',
    'pointer',
    'pointer',
    'pointer',
  ]),
  setItem: libraryFunction<[PamHandle, number, Pointer]>('pam', 'pam_set_item', 'int', [
    'pointer',
    'int',
    'pointer',
  ]),
  getItem: libraryFunction<[PamHandle, number, Pointer]>('pam', 'pam_get_item', 'int', [
    'pointer',
    'int',
    'pointer',
  ]),
  describeError: libraryFunction<[PamHandle, number], bigint | null>('pam', 'pam_strerror', 'pointer', [
    'pointer',
    'int',
  ]),
  authenticate: pamFunction('pam_authenticate'),
  checkAccount: pamFunction('pam_acct_mgmt'),
  setCredentials: pamFunction('pam_setcred'),
  openSession: pamFunction('pam_open_session'),
  closeSession: pamFunction('pam_close_session'),
  end: pamFunction('pam_end'),
} as const;

type DelayFunction = (result: number, microseconds: number) => void;

/** Functions that C may call until `release`. */
export interface Callbacks {
  /** A `struct pam_conv`. */
  readonly conversation: Uint8Array;
  /** The item PAM_FAIL_DELAY. */
  readonly delay: bigint;
  release(): void;
}

let callbackTypes: { readonly conversation: TypeObject; readonly delay: TypeObject } | undefined;

function typesOfCallbacks(): NonNullable<typeof callbackTypes> {
  const { pointer, proto } = loadKoffi();
  callbackTypes ??= {
    conversation: pointer(proto('int', ['int', 'uintptr_t', 'uintptr_t', 'uintptr_t'])),
    delay: pointer(proto('void', ['int', 'uint32_t', 'uintptr_t'])),
  };
  return callbackTypes;
}

export function registerCallbacks({
  converse,
  delay,
}: {
  readonly converse: ConversationFunction;
  readonly delay: DelayFunction;
}): Callbacks {
  const { register, unregister } = loadKoffi();
  const types = typesOfCallbacks();
  const conversationAddress = BigInt(
    // Addresses come as numbers while they fit.
    register(
      (count: number, messages: number | bigint, responses: number | bigint) =>
        converse(count, BigInt(messages), BigInt(responses)),
      types.conversation,
    ),
  );
  const delayAddress = BigInt(register(delay, types.delay));
  // struct pam_conv: the function, and data that it does not need. PAM copies it.
  const conversation = Buffer.alloc(16);
  conversation.writeBigUInt64LE(conversationAddress);
  return {
    conversation,
    delay: delayAddress,
    release() {
      unregister(conversationAddress);
      unregister(delayAddress);
    },
  };
}
