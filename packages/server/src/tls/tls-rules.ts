import { reply, texts, type Reply } from '@ftpd/protocol';
import type { Session } from '../session.ts';
import type { TlsRules } from './tls-port.ts';

/** What is done in clear also where all else needs TLS, as in ProFTPD: what leads to TLS, and what clients ask before. */
const alwaysInClear: ReadonlySet<string> = new Set(['AUTH', 'CLNT', 'FEAT', 'HOST', 'QUIT', 'SYST']);
const ofLogin: ReadonlySet<string> = new Set(['USER', 'PASS', 'ACCT']);
const overData: ReadonlySet<string> = new Set(['RETR', 'STOR', 'STOU', 'APPE', 'LIST', 'NLST', 'MLSD']);

/** Without TLS there is nothing that they could be about. */
const inTlsOnly: ReadonlySet<string> = new Set(['PBSZ', 'PROT']);

const tlsVerbs: ReadonlySet<string> = new Set(['AUTH', 'PBSZ', 'PROT', 'CCC']);
const noVerbs: ReadonlySet<string> = new Set();
/** CCC keeps its `*` in HELP, as in ProFTPD. */
const tlsVerbsOfHelp: ReadonlySet<string> = new Set(['AUTH', 'PBSZ', 'PROT']);
/** CCC also where it is refused, as in ProFTPD. */
const features: readonly string[] = ['AUTH TLS', 'CCC', 'PBSZ', 'PROT'];

const controlRequired = reply(550, 'SSL/TLS required on the control channel');
const dataRequired = reply(522, 'SSL/TLS required on the data channel');

/** @returns undefined where no TLS is spoken. */
export function tlsRulesOf(session: Session): TlsRules | undefined {
  return session.context.tls?.rules(session);
}

/** The verbs that are there only with TLS. */
export function providedVerbs(session: Session): ReadonlySet<string> {
  return tlsRulesOf(session) ? tlsVerbs : noVerbs;
}

export function providedVerbsOfHelp(session: Session): ReadonlySet<string> {
  return tlsRulesOf(session) ? tlsVerbsOfHelp : noVerbs;
}

/** Lines of FEAT. */
export function tlsFeatures(session: Session): readonly string[] {
  return tlsRulesOf(session) ? features : [];
}

/** Why a command is not to be done before something is encrypted (TLSRequired). @returns undefined to go on. */
export function tlsRefusal(session: Session, verb: string): Reply | undefined {
  const rules = tlsRulesOf(session);
  if (!rules || alwaysInClear.has(verb)) return undefined;
  const { isControlSecure, isCleared, isDataPrivate } = session.security;
  if (!isControlSecure) {
    if (rules.requiresControlTls || (rules.requiresTlsToLogIn && ofLogin.has(verb))) return controlRequired;
    if (inTlsOnly.has(verb) && !isCleared) return texts.unknownCommand(verb);
  }
  if (rules.dataTls === 'required' && !isDataPrivate && overData.has(verb)) return dataRequired;
  return undefined;
}
