import { defineModule, type FtpdModule } from '@ftpd/module';
import { SERVER_CONTEXTS } from '@ftpd/config';
import { halfSwitchRow } from './switch-row.ts';

const identLookups = halfSwitchRow(
  {
    name: 'IdentLookups',
    module: 'mod_ident.c',
    contexts: SERVER_CONTEXTS,
    defaultValue: false,
    doc: 'Accepted; clients are not asked who they are (RFC 1413).',
  },
  { position: true, sentence: 'on has no effect: RFC 1413 is not spoken' },
);

/** So that `<IfModule mod_ident.c> IdentLookups off` means what it says. */
export const modIdent: FtpdModule = defineModule({
  name: 'mod_ident',
  apiVersion: 1,
  directives: [identLookups],
});
