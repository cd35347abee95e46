import { allocate, bytesAt, free, pointerAt, textAt, writeBytesAt, writePointerAt } from './memory.ts';

/** What a module says to the user. */
export interface PamMessage {
  readonly kind: 'error' | 'information';
  readonly text: string;
}

export interface PamAnswers {
  /** The answer to a question that is not echoed: the password. */
  readonly password: Uint8Array;
  /** The answer to a question that is: the user. */
  readonly user: Uint8Array;
  readonly onMessage: (message: PamMessage) => void;
}

/** The C side of it, for `createConversation`. */
export type ConversationFunction = (messageCount: number, messages: bigint, responses: bigint) => number;

const success = 0;
const bufferError = 5;
const conversationError = 19;
const styles = { promptEchoOff: 1, promptEchoOn: 2, error: 3, information: 4 } as const;
// PAM_MAX_NUM_MSG
const maxMessages = 32;
// struct pam_message: a number and a pointer. struct pam_response: a pointer and a number.
const messageBytes = 16;
const responseBytes = 16;

/**
 * Answers the questions of modules. What it hands over is memory of libc, which PAM frees; after a failure it has handed
 * over nothing.
 */
export function createConversation(answers: PamAnswers): ConversationFunction {
  return (messageCount, messages, responses) => {
    try {
      return converse(answers, messageCount, messages, responses);
    } catch {
      return conversationError;
    }
  };
}

function converse(answers: PamAnswers, messageCount: number, messages: bigint, responses: bigint): number {
  if (messageCount < 1 || messageCount > maxMessages) return conversationError;
  const replies: (Uint8Array | undefined)[] = [];
  for (let index = 0; index < messageCount; index += 1) {
    // Linux-PAM hands over an array of pointers, not a pointer to an array.
    const message = bytesAt(pointerAt(messages + BigInt(index * 8)), messageBytes);
    const style = message.readInt32LE(0);
    const text = Buffer.from(textAt(message.readBigUInt64LE(8))).toString();
    if (style === styles.promptEchoOff) replies.push(answers.password);
    else if (style === styles.promptEchoOn) replies.push(answers.user);
    else if (style === styles.error || style === styles.information) {
      replies.push(undefined);
      answers.onMessage({ kind: style === styles.error ? 'error' : 'information', text });
    } else return conversationError;
  }
  const array = allocateReplies(replies);
  if (array === undefined) return bufferError;
  writePointerAt(responses, array);
  return success;
}

/** An array of `struct pam_response`; undefined when memory ran out. */
function allocateReplies(replies: readonly (Uint8Array | undefined)[]): bigint | undefined {
  const array = allocate(replies.length * responseBytes);
  if (array === undefined) return undefined;
  const texts: bigint[] = [];
  for (const [index, reply] of replies.entries()) {
    if (reply === undefined) continue;
    const text = allocate(reply.length + 1);
    if (text === undefined) {
      for (const each of [...texts, array]) free(each);
      return undefined;
    }
    texts.push(text);
    writeBytesAt(text, reply);
    writePointerAt(array + BigInt(index * responseBytes), text);
  }
  return array;
}
