import { reply, type Reply } from '@ftpd/protocol';

/** Thrown by handlers to end a command with this reply. */
export class Refused extends Error {
  readonly reply: Reply;

  constructor(code: number, text: string) {
    super(text);
    this.name = 'Refused';
    this.reply = reply(code, text);
  }
}
