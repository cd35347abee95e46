import { defineModule, type DirectiveReader, type FtpdModule } from '@ftpd/module';
import type { Surroundings } from '../surroundings.ts';
import { authOrder } from './auth/order.ts';
import { authPam, authPamConfig, authPamOptions, defaultPamService } from './auth/system-rows.ts';
import { pamCheck } from './auth/system-source.ts';

/** Passwords checked by PAM. */
export function modAuthPam(surroundings: Surroundings): FtpdModule {
  return defineModule({
    name: 'mod_auth_pam',
    apiVersion: 1,
    directives: [authPam, authPamConfig, authPamOptions],
    passwordCheck(directives, { log }) {
      if (!isWanted(directives, surroundings)) return undefined;
      return pamCheck(surroundings, {
        service: directives.first(authPamConfig) ?? defaultPamService,
        hasTty: directives.first(authPamOptions)?.has('NoTTY') !== true,
        onMessage: (text) => log('notice', `mod_auth_pam: ${text}`),
      });
    },
  });
}

/**
 * Without privileges PAM can tell little, and takes its time: it is asked then only if the configuration speaks of it.
 */
function isWanted(directives: DirectiveReader, { role }: Surroundings): boolean {
  const isOn = directives.first(authPam);
  if (isOn !== undefined || role !== 'single') return isOn ?? true;
  const isNamed = directives.first(authOrder)?.some(({ module }) => module === 'mod_auth_pam') === true;
  return isNamed || directives.first(authPamConfig) !== undefined;
}
