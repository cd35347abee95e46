import type { FtpdModule } from '@ftpd/module';
import { modAuth } from './mod_auth.ts';
import { modAuthFile } from './mod_auth_file.ts';
import { modAuthPam } from './mod_auth_pam.ts';
import { modAuthUnix } from './mod_auth_unix.ts';
import { modBan } from './mod_ban.ts';
import { modCore } from './mod_core.ts';
import { modCtrls } from './mod_ctrls.ts';
import { modDelay } from './mod_delay.ts';
import { modFacts } from './mod_facts.ts';
import { modFtpd } from './mod_ftpd.ts';
import { modIdent } from './mod_ident.ts';
import { modLang } from './mod_lang.ts';
import { modLog } from './mod_log.ts';
import { modLs } from './mod_ls.ts';
import { modSite } from './mod_site.ts';
import { modSiteMisc } from './mod_site_misc.ts';
import { modTls } from './mod_tls.ts';
import { modTlsShmcache } from './mod_tls_shmcache.ts';
import { modXfer } from './mod_xfer.ts';
import { createOptionalModules } from './optional-modules.ts';
import { singleProcess, type Surroundings } from '../surroundings.ts';

/**
 * Every built-in module, in the order in which hooks run where `before` and `after` say nothing. Those with a state
 * are made anew at each call.
 */
export function createBuiltIns(surroundings: Surroundings = singleProcess): readonly FtpdModule[] {
  return [
    modCore(),
    modCtrls,
    modBan(surroundings),
    ...createOptionalModules(surroundings),
    modTls(surroundings),
    modTlsShmcache,
    modXfer(),
    modAuthFile(surroundings),
    modAuthUnix(surroundings),
    modAuthPam(surroundings),
    modAuth(surroundings),
    modLs,
    modLog,
    modSite,
    modSiteMisc,
    modDelay,
    modFacts,
    modIdent,
    modLang,
    modFtpd,
  ];
}
