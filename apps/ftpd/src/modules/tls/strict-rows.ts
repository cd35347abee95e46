import { SERVER_CONTEXTS, type AnyRow, type DefaultedRow } from '@ftpd/config';
import { switchRow } from '../switch-row.ts';

const row = { module: 'mod_ftpd.c', contexts: SERVER_CONTEXTS, defaultValue: false } as const;

/** Against attacks that carry a handshake from one service to another (alpaca-attack.com). */
export const requireServerName: DefaultedRow<boolean> = switchRow({
  ...row,
  name: 'TLSRequireServerName',
  doc: 'Whether a client must name a server of this daemon (SNI) that is at its address and port: others are refused with unrecognized_name.',
});

export const requireNextProtocol: DefaultedRow<boolean> = switchRow({
  ...row,
  name: 'TLSRequireNextProtocol',
  doc: 'Whether a client that says by ALPN what it speaks must have `ftp` in its list: others are refused with no_application_protocol.',
});

export const strictRows: readonly AnyRow[] = [requireServerName, requireNextProtocol];
