import { absolutePath, defineDirective, exactlyOne, type DirectiveRow } from '@ftpd/config';

export const poolSecretFileRow: DirectiveRow<string> = defineDirective({
  name: 'PoolSecretFile',
  module: 'mod_ftpd.c',
  syntax: 'PoolSecretFile path',
  contexts: ['server config'],
  repeats: 'last-wins',
  doc: 'The secret that seals what the machines of a pool share beside ProFTPD’s records: lines `id base64`, of which the first seals and all open; only its owner may read it. `ftpd pool-secret new` makes one. Read again at SIGHUP.',
  parse: exactlyOne(absolutePath),
});
