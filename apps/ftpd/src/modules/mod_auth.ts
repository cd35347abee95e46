import { defineModule, type FtpdModule, type ModuleContext } from '@ftpd/module';
import type { Surroundings } from '../surroundings.ts';
import { authLimitRows } from './auth/limits.ts';
import { authLoginRows } from './auth/login.ts';
import { loginRecords } from './auth/login-records.ts';
import { authOrder } from './auth/order.ts';

/** Logins: who may, from where, how often, and where a session is put. */
export function modAuth(surroundings: Surroundings): FtpdModule {
  let context: ModuleContext | undefined;
  return defineModule({
    name: 'mod_auth',
    apiVersion: 1,
    directives: [...authLimitRows, ...authLoginRows, authOrder],
    hooks: loginRecords(surroundings, (session) => context?.clientName(session) ?? session.remoteAddress),
    start(next) {
      context = next;
    },
  });
}
