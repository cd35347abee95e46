import { badCount, defineDirective, exactlyOne, text } from '@ftpd/config';
import { defineModule, type FtpdModule } from '@ftpd/module';
import { switchRow } from './switch-row.ts';

const module = 'mod_delay.c';
const main = ['server config'] as const;

const delayEngine = switchRow({
  name: 'DelayEngine',
  module,
  contexts: ['server config', '<VirtualHost>', '<Global>'],
  defaultValue: true,
  doc: 'Accepted; a password is checked in the same time whether or not the user exists, so that there is no time to even out.',
});

const delayTable = defineDirective({
  name: 'DelayTable',
  module,
  syntax: 'DelayTable path|none',
  contexts: main,
  repeats: 'last-wins',
  doc: 'Accepted; no times are kept.',
  parse: exactlyOne(text),
});

const delayControlsAcls = defineDirective({
  name: 'DelayControlsACLs',
  module,
  syntax: 'DelayControlsACLs actions|all allow|deny user|group list',
  contexts: main,
  repeats: 'all',
  doc: 'Accepted; there is no delay table to control.',
  parse: (args) => {
    if (args.length < 4) throw badCount();
    return args;
  },
});

/** ProFTPD hides by delays which users there are; here the password check itself takes the same time. */
export const modDelay: FtpdModule = defineModule({
  name: 'mod_delay',
  apiVersion: 1,
  directives: [delayEngine, delayTable, delayControlsAcls],
});
