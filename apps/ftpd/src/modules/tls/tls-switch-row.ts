import { boolean, one, SERVER_CONTEXTS, type DefaultedRow } from '@ftpd/config';
import { switchRow } from '../switch-row.ts';

/** A switch of mod_tls: parameters too many are passed over, and the first line counts, as in ProFTPD. */
export function tlsSwitchRow(name: string, defaultValue: boolean, doc: string): DefaultedRow<boolean> {
  return {
    ...switchRow({ name, module: 'mod_tls.c', contexts: SERVER_CONTEXTS, defaultValue, doc }),
    repeats: 'first-wins',
    parse: one(boolean),
  };
}
