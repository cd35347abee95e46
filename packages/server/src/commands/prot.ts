import { reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';
import { unwilling } from '../tls/secure-control.ts';
import { tlsRulesOf } from '../tls/tls-rules.ts';

/** RFC 4217 §9. PBSZ need not have come before, as in ProFTPD. */
export const prot: Handler<'PROT'> = (session, level) => {
  const { security } = session;
  const dataTls = tlsRulesOf(session)?.dataTls;
  switch (level) {
    case 'C':
      if (dataTls === 'required') return unwilling;
      security.isDataPrivate = false;
      return reply(200, 'Protection set to Clear');
    case 'P':
      if (dataTls === 'forbidden') return unwilling;
      security.isDataPrivate = true;
      return reply(200, 'Protection set to Private');
    case 'S':
    case 'E':
      return reply(536, `PROT ${level} unsupported`);
  }
};
