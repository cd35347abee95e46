import type { AnyRow, DirectiveRow } from '@ftpd/config';
import type { ControlsAcl } from '@ftpd/module';
import { controlsAclRow } from '../../controls/acl-row.ts';
import { certificateRows } from './certificate-rows.ts';
import { clientRows } from './client-rows.ts';
import { idleRows } from './idle-rows.ts';
import { tlsOptions } from './options-row.ts';
import { protocolRows } from './protocol-rows.ts';
import { tlsRequired } from './required-row.ts';
import { sessionRows } from './session-rows.ts';
import { staplingRows } from './stapling-rows.ts';

export const tlsControlsAcls: DirectiveRow<ControlsAcl> = controlsAclRow({
  name: 'TLSControlsACLs',
  module: 'mod_tls.c',
  actions: ['sesscache'],
});

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
