import type { ModuleHooks } from '@ftpd/module';
import type { SessionView } from '@ftpd/server';
import { recordLoginRequest, recordLogoutRequest } from '../../keeper/requests/record-login.ts';
import type { Surroundings } from '../../surroundings.ts';
import { wtmpLog } from './login.ts';

/** Hooks that have logins and logouts written to wtmp; none where no keeper is: only root may write there. */
export function loginRecords(
  { keeper }: Surroundings,
  clientName: (session: SessionView) => string,
): Pick<ModuleHooks, 'login' | 'end'> {
  if (keeper === undefined) return {};
  /** By session; nothing, if it could not be written. */
  const logins = new Map<number, Promise<number | undefined>>();
  return {
    login(session) {
      const { account } = session;
      if (account === undefined || session.settings.directives.first(wtmpLog.name) === false) return;
      // Nobody waits for it, and the keeper says what went wrong.
      const login = keeper.ask(recordLoginRequest, {
        user: account.user,
        uid: account.uid,
        host: clientName(session),
      });
      logins.set(
        session.id,
        login.catch(() => undefined),
      );
    },
    end(session) {
      const login = logins.get(session.id);
      logins.delete(session.id);
      void login
        ?.then((id) => (id === undefined ? undefined : keeper.ask(recordLogoutRequest, { login: id })))
        .catch(() => undefined);
    },
  };
}
