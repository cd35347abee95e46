import { defineModule, type FtpdModule } from '@ftpd/module';
import { authLimitRows } from './auth/limits.ts';
import { authLoginRows } from './auth/login.ts';
import { authOrder } from './auth/order.ts';

/** Logins: who may, from where, how often, and where a session is put. */
export const modAuth: FtpdModule = defineModule({
  name: 'mod_auth',
  apiVersion: 1,
  directives: [...authLimitRows, ...authLoginRows, authOrder],
});
