import { defineModule, type FtpdModule } from '@ftpd/module';
import { ctrlsRows } from './ctrls/ctrls-rows.ts';

/** The control socket's directives; what they say is done under `controls/`. */
export const modCtrls: FtpdModule = defineModule({
  name: 'mod_ctrls',
  apiVersion: 1,
  directives: ctrlsRows,
});
