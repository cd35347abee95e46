import { list, send, type DialogueOptions, type Step } from './dialogue.ts';

/** A place where we do not do what ProFTPD 1.3.8 does. */
export interface Difference {
  /** Why ours is meant. */
  readonly reason: string;
  /** What stands in place of the dialogue's expectation for our server. */
  readonly ours: { readonly steps?: readonly Step[] } & DialogueOptions;
}

/** Every known difference, by the dialogue's name. A dialogue that is not named here is the same for both. */
export const differences: Readonly<Record<string, Difference>> = {
  'RNTO before login is refused once': {
    reason: 'ProFTPD sends the same reply twice, which puts every later reply out of step',
    ours: { steps: [send('RNTO x', 530)] },
  },
  'SITE CHMOD before login is refused once': {
    reason: 'ProFTPD sends the same reply twice, which puts every later reply out of step',
    ours: { steps: [send('SITE CHMOD 644 x', 530)] },
  },
  'LIST -d without a path shows the working folder': {
    reason: 'the session of ProFTPD 1.3.8 dies',
    ours: { steps: [list('LIST -d', ['drwxr-xr-x .'])] },
  },
  'control characters come back as they are': {
    reason: 'a name that a client sent must not drive the terminal of somebody who reads a log or a reply',
    ours: { steps: [send('CWD a\x1b[31mb', 550, /^[^\x00-\x1f]*$/)] },
  },
};
