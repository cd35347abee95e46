import { reply, type Reply } from '../replies/reply.ts';
import type { AnyCommandRow } from './row.ts';
import { findSiteCommand, siteTable } from './site.ts';
import { findCommand } from './table.ts';

/** The verbs in the order of ProFTPD's HELP. MFMT, MFF, LANG and CSID are not in it, as there. */
export const helpOrder: readonly string[] = [
  'CWD XCWD CDUP XCUP SMNT QUIT PORT PASV EPRT EPSV ALLO RNFR RNTO DELE MDTM RMD',
  'XRMD MKD XMKD PWD XPWD SIZE SYST HELP NOOP FEAT OPTS HOST CLNT AUTH CCC CONF',
  'ENC MIC PBSZ PROT TYPE STRU MODE RETR STOR STOU APPE REST ABOR RANG USER PASS',
  'ACCT REIN LIST NLST STAT SITE MLSD MLST',
].flatMap((line) => line.split(' '));

const VERBS_PER_LINE = 8;
const COLUMN_WIDTH = 8;

export interface HelpOptions {
  /** The last line's address. @see ProFTPD ServerAdmin */
  readonly admin: string;
  /** Verbs that a module has brought a handler for, so that they are shown without `*`. Default: none. */
  readonly provided?: ReadonlySet<string>;
}

function isAvailable(row: AnyCommandRow, provided: ReadonlySet<string>): boolean {
  return row.availability === 'implemented' || provided.has(row.verb);
}

/** The reply to HELP without an argument: all verbs, eight a line, `*` after those without a handler. */
export function helpOverview({ admin, provided = new Set() }: HelpOptions): Reply {
  const cells = helpOrder.map((verb) => {
    const row = findCommand(verb);
    return `${verb}${row !== undefined && isAvailable(row, provided) ? '' : '*'}`.padEnd(COLUMN_WIDTH);
  });
  const lines = Array.from({ length: Math.ceil(cells.length / VERBS_PER_LINE) }, (_, index) =>
    cells.slice(index * VERBS_PER_LINE, (index + 1) * VERBS_PER_LINE).join(''),
  );
  return reply(
    214,
    "The following commands are recognized (* =>'s unimplemented):",
    ...lines,
    `Direct comments to ${admin}`,
  );
}

/** The reply to `HELP VERB`, 502 for an unknown one. */
export function helpAbout(verb: string): Reply {
  const help = findCommand(verb)?.help;
  return help === undefined ? reply(502, `Unknown command '${verb}'`) : reply(214, `Syntax: ${verb} ${help}`);
}

const siteHeading = "The following SITE commands are recognized (* =>'s unimplemented)";
const miscellaneous = ['UTIME', 'SYMLINK', 'RMDIR', 'MKDIR'] as const;
const core = ['HELP', 'CHGRP', 'CHMOD'] as const;

export interface SiteHelpOptions extends HelpOptions {
  /** Whether the commands of ProFTPD's mod_site_misc are offered. Default true. */
  readonly hasMiscellaneous?: boolean;
}

/** The reply to `SITE HELP`. */
export function siteHelp({ admin, hasMiscellaneous = true }: SiteHelpOptions): Reply {
  const extra = hasMiscellaneous ? miscellaneous.map((name) => `${name} ${siteTable[name].help ?? ''}`) : [];
  return reply(214, siteHeading, ...extra, ...core, `Direct comments to ${admin}`);
}

/** The reply to `SITE HELP NAME`, 502 for an unknown one. */
export function siteHelpAbout(name: string, { admin }: HelpOptions): Reply {
  const help = findSiteCommand(name)?.help;
  return help === undefined
    ? reply(502, `Unknown command 'SITE HELP ${name}'`)
    : reply(214, siteHeading, `Syntax: SITE ${name} ${help}`, `Direct comments to ${admin}`);
}
