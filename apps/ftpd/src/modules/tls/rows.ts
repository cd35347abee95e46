import type { AnyRow } from '@ftpd/config';
import { certificateRows } from './certificate-rows.ts';
import { clientRows } from './client-rows.ts';
import { tlsControlsAcls } from './controls.ts';
import { idleRows } from './idle-rows.ts';
import { tlsOptions } from './options-row.ts';
import { protocolRows } from './protocol-rows.ts';
import { tlsRequired } from './required-row.ts';
import { sessionRows } from './session-rows.ts';
import { staplingRows } from './stapling-rows.ts';

/** Every directive of mod_tls. */
export const tlsRows: readonly AnyRow[] = [
  ...protocolRows,
  ...certificateRows,
  ...clientRows,
  tlsRequired,
  tlsOptions,
  ...sessionRows,
  ...staplingRows,
  tlsControlsAcls,
  ...idleRows,
];
