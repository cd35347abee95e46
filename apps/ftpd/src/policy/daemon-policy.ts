import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import {
  anonymousFor,
  indexRows,
  selectServer,
  selectServerByName,
  valuesIn,
  type AnyRow,
  type BoundServer,
  type Configuration,
  type ServerSection,
} from '@ftpd/config';
import { ftpUsersPath, readNameList, shellsPath, type AccountFileSource } from '@ftpd/auth';
import { reply } from '@ftpd/protocol';
import type { ConnectionFacts, Policy, SessionView } from '@ftpd/server';
import { decodeName } from '@ftpd/storage';
import { from, satisfy } from '../modules/core/access.ts';
import { anonRequirePassword } from '../modules/auth/login.ts';
import type { ClientNames } from '../client-names.ts';
import type { Accounts } from './accounts.ts';
import type { Host } from './address-rules.ts';
import { limitRefusal } from './authorize.ts';
import { classMatcher, classOf, type ClassMatcher } from './client-class.ts';
import type { MakeHome } from './home.ts';
import { logInByCertificate, type ClaimOf } from './certificate-login.ts';
import { logIn, type LoginContext } from './login.ts';
import { createSessionScopes, type SessionKey } from './session-scopes.ts';
import type { SystemAccounts } from './system-accounts.ts';

export interface DaemonPolicyOptions {
  readonly configuration: Configuration;
  readonly servers: readonly BoundServer<ServerSection>[];
  readonly rows: readonly AnyRow[];
  readonly accounts: Accounts;
  readonly system: SystemAccounts;
  readonly hostName: string;
  /** The numeric address of MasqueradeAddress. */
  readonly numericAddress: (text: string) => string | undefined;
  /** Names of clients. Absent: UseReverseDNS off. */
  readonly names?: ClientNames;
  /** Whether a rule for hosts is about names. */
  readonly needsNames: boolean;
  /** How lists of names are opened. Default: with the rights of the process. */
  readonly accountFiles?: AccountFileSource;
  /** Default: no home is made. */
  readonly makeHome?: MakeHome;
  /** What certificates of clients say about users. Default: nothing. */
  readonly claimOf?: ClaimOf;
  readonly log: (text: string, session: SessionView) => void;
}

/** A file that is shown is a few lines; more is not read. */
const maxDisplayBytes = 64 * 1024;

function classesOf({ classes }: Configuration): readonly ClassMatcher[] {
  return [...classes].map(([name, section]) =>
    classMatcher({
      name,
      from: valuesIn(section, from).flat(),
      satisfy: valuesIn(section, satisfy).at(-1) ?? 'any',
    }),
  );
}

const listsKeptMs = 5000;

/** The answer of `read`, asked again after a while: a burst of logins reads the lists once. */
function remembered<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let askedAtMs = 0;
  return () => {
    const now = performance.now();
    if (answer !== undefined && now - askedAtMs < listsKeptMs) return answer;
    askedAtMs = now;
    const asked = read();
    answer = asked;
    asked.catch(() => {
      if (answer === asked) answer = undefined;
    });
    return asked;
  };
}

/** The decisions that a proftpd.conf makes. */
export function createDaemonPolicy(options: DaemonPolicyOptions): Policy {
  const { configuration, servers, accounts, system, claimOf } = options;
  const classes = classesOf(configuration);
  const scopes = createSessionScopes({
    configuration,
    rows: indexRows(options.rows),
    hostName: options.hostName,
    numericAddress: options.numericAddress,
    isInClass: (address, className) =>
      classes.some(({ name, matches }) => name === className && matches({ address })),
    homeOf: (user) => system.user(user)?.home,
  });
  const login: LoginContext = {
    scopes,
    system,
    accountsOf: (scope) => accounts.of(scope),
    lists: remembered(async () => ({
      deniedUsers: await readNameList(ftpUsersPath, options.accountFiles),
      shells: await readNameList(shellsPath, options.accountFiles),
    })),
    hostOf,
    makeHome: options.makeHome ?? (() => Promise.resolve()),
    log: options.log,
  };

  function keyOf(session: SessionView): SessionKey {
    const key = scopes.keyOf(session.settings);
    if (key === undefined) throw new Error('the session belongs to another configuration');
    const { server, localAddress, className } = key;
    return { server, localAddress, className };
  }

  function anonymousOf(session: SessionView, user: string) {
    return anonymousFor(scopes.scopeOf(session.settings)?.anonymousSections() ?? [], user);
  }

  const needsNames = options.needsNames || classes.some(({ isAboutNames }) => isAboutNames);

  /** A client with the name that rules may be about. Only where there are such rules a connection waits for DNS. */
  function hostOf(address: string): Host | Promise<Host> {
    const { names } = options;
    if (names === undefined) return { address };
    const asked = names.find(address);
    if (!needsNames) return { address };
    return asked.then((name) => ({ address, ...(name === undefined ? {} : { name }) }));
  }

  return {
    async connect({ localAddress, localPort, remoteAddress }: ConnectionFacts) {
      const server = selectServer(servers, localAddress, localPort);
      const bound = servers.find((candidate) => candidate.server === server);
      if (bound === undefined) {
        return {
          outcome: 'refused',
          reply: reply(500, `Sorry, no server available to handle request on ${localAddress}`),
        };
      }
      const className = classOf(classes, await hostOf(remoteAddress));
      const settings = scopes.settings({ server: bound, localAddress, className });
      return { outcome: 'admitted', settings, ...(className === undefined ? {} : { className }) };
    },
    host(session, name) {
      const key = keyOf(session);
      const server = selectServerByName(servers, session.localAddress, session.localPort, name);
      const bound = servers.find((candidate) => candidate.server === server);
      return bound === undefined ? undefined : scopes.settings({ ...key, server: bound });
    },
    user(session, user) {
      const key = keyOf(session);
      const anonymous = anonymousOf(session, user);
      return scopes.settings(
        anonymous === undefined ? key : { ...key, anonymous, user: anonymous.user ?? user },
      );
    },
    isAnonymous(session, user) {
      const anonymous = anonymousOf(session, user);
      return anonymous !== undefined && !(valuesIn(anonymous.section, anonRequirePassword).at(-1) ?? false);
    },
    login: (session, user, password) => logIn(login, keyOf(session), session, user, password),
    ...(claimOf === undefined
      ? {}
      : {
          loginByCertificate: async (session, user) =>
            anonymousOf(session, user) === undefined
              ? logInByCertificate(login, keyOf(session), session, user, claimOf)
              : undefined,
        }),
    authorize(session, row, path) {
      const scope = scopes.scopeOf(session.settings);
      if (scope === undefined) return undefined;
      const { user, groups = [] } = scope.selector;
      const { className } = session;
      const name = options.names?.known(session.remoteAddress);
      return limitRefusal(scope, session, row, path, {
        address: session.remoteAddress,
        ...(name === undefined ? {} : { name }),
        groups,
        ...(user === undefined ? {} : { user }),
        ...(className === undefined ? {} : { className }),
      });
    },
    async readDisplayFile(path) {
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
      if (file === undefined) return undefined;
      try {
        if (!(await file.stat()).isFile()) return undefined;
        const { buffer, bytesRead } = await file.read(Buffer.alloc(maxDisplayBytes), 0, maxDisplayBytes, 0);
        return decodeName(buffer.subarray(0, bytesRead));
      } finally {
        await file.close();
      }
    },
    async userId(session, name) {
      const scope = scopes.scopeOf(session.settings);
      const account = scope && (await accounts.of(scope).lookUp(name));
      return (account ?? system.user(name))?.uid;
    },
    groupId(session, name) {
      const scope = scopes.scopeOf(session.settings);
      return (scope && accounts.of(scope).groupId?.(name)) ?? system.groupId(name);
    },
  };
}
