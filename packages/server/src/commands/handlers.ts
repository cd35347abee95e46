import type { Verb } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';
import { abor } from './abor.ts';
import { allo } from './allo.ts';
import { appe } from './appe.ts';
import { auth } from './auth.ts';
import { ccc } from './ccc.ts';
import { cdup } from './cdup.ts';
import { clnt } from './clnt.ts';
import { csid } from './csid.ts';
import { cwd } from './cwd.ts';
import { dele } from './dele.ts';
import { eprt } from './eprt.ts';
import { epsv } from './epsv.ts';
import { feat } from './feat.ts';
import { help } from './help.ts';
import { host } from './host.ts';
import { lang } from './lang.ts';
import { list } from './list.ts';
import { mdtm } from './mdtm.ts';
import { mff } from './mff.ts';
import { mfmt } from './mfmt.ts';
import { mkd } from './mkd.ts';
import { mlsd } from './mlsd.ts';
import { mlst } from './mlst.ts';
import { mode } from './mode.ts';
import { nlst } from './nlst.ts';
import { noop } from './noop.ts';
import { opts } from './opts.ts';
import { pass } from './pass.ts';
import { pasv } from './pasv.ts';
import { pbsz } from './pbsz.ts';
import { port } from './port.ts';
import { prot } from './prot.ts';
import { pwd } from './pwd.ts';
import { quit } from './quit.ts';
import { rang } from './rang.ts';
import { rein } from './rein.ts';
import { rest } from './rest.ts';
import { retr } from './retr.ts';
import { rmd } from './rmd.ts';
import { rnfr } from './rnfr.ts';
import { rnto } from './rnto.ts';
import { size } from './size.ts';
import { stat } from './stat.ts';
import { stor } from './stor.ts';
import { stou } from './stou.ts';
import { stru } from './stru.ts';
import { syst } from './syst.ts';
import { type } from './type.ts';
import { user } from './user.ts';

/** Verbs that need no handler here: SITE has a table of its own, the others are answered 502 or are unknown. */
type WithoutHandler = 'SITE' | 'ACCT' | 'SMNT' | 'CONF' | 'ENC' | 'MIC';

/** One file for each verb. */
export const handlers: { readonly [V in Exclude<Verb, WithoutHandler>]: Handler<V> } = {
  ABOR: abor,
  ALLO: allo,
  APPE: appe,
  AUTH: auth,
  CCC: ccc,
  CDUP: cdup,
  CLNT: clnt,
  CSID: csid,
  CWD: cwd,
  DELE: dele,
  EPRT: eprt,
  EPSV: epsv,
  FEAT: feat,
  HELP: help,
  HOST: host,
  LANG: lang,
  LIST: list,
  MDTM: mdtm,
  MFF: mff,
  MFMT: mfmt,
  MKD: mkd,
  MLSD: mlsd,
  MLST: mlst,
  MODE: mode,
  NLST: nlst,
  NOOP: noop,
  OPTS: opts,
  PASS: pass,
  PASV: pasv,
  PBSZ: pbsz,
  PORT: port,
  PROT: prot,
  PWD: pwd,
  QUIT: quit,
  RANG: rang,
  REIN: rein,
  REST: rest,
  RETR: retr,
  RMD: rmd,
  RNFR: rnfr,
  RNTO: rnto,
  SIZE: size,
  STAT: stat,
  STOR: stor,
  STOU: stou,
  STRU: stru,
  SYST: syst,
  TYPE: type,
  USER: user,
};
