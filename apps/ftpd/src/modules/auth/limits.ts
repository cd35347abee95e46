import {
  badCount,
  badValue,
  defineDirective,
  exactlyOne,
  limit,
  limitWithMessage,
  SERVER_CONTEXTS,
  type Context,
  type DirectiveRow,
  type LimitWithMessage,
} from '@ftpd/config';
import { timeout } from '../core/network.ts';

const module = 'mod_auth.c';
const serversAndAnonymous: readonly Context[] = [...SERVER_CONTEXTS, '<Anonymous>'];

function limitRow(name: string, contexts: readonly Context[], doc: string): DirectiveRow<LimitWithMessage> {
  return defineDirective({
    name,
    module,
    syntax: `${name} count|none ["message"]`,
    contexts,
    repeats: 'last-wins',
    doc,
    parse: (args, site) => {
      if (args.length < 1 || args.length > 2) throw badCount();
      return limitWithMessage(limit)(args, site);
    },
  });
}

export const maxClients = limitRow('MaxClients', serversAndAnonymous, 'Sessions at once on this server.');
export const maxClientsPerHost = limitRow(
  'MaxClientsPerHost',
  serversAndAnonymous,
  'Sessions at once from one address.',
);
export const maxClientsPerUser = limitRow(
  'MaxClientsPerUser',
  serversAndAnonymous,
  'Sessions at once of one user.',
);
export const maxHostsPerUser = limitRow(
  'MaxHostsPerUser',
  serversAndAnonymous,
  'Addresses from which one user is on at once.',
);
export const maxConnectionsPerHost = limitRow(
  'MaxConnectionsPerHost',
  SERVER_CONTEXTS,
  'Connections at once from one address, logged in or not.',
);

export interface ClassLimit extends LimitWithMessage {
  readonly className: string;
}

export const maxClientsPerClass = defineDirective({
  name: 'MaxClientsPerClass',
  module,
  syntax: 'MaxClientsPerClass class count|none ["message"]',
  contexts: SERVER_CONTEXTS,
  repeats: 'all',
  doc: 'Sessions at once of clients of one class.',
  parse: (args): ClassLimit => {
    const [className, count, message] = args;
    if (className === undefined || count === undefined || args.length > 3) throw badCount();
    try {
      return { className, limit: limit(count), message };
    } catch {
      throw badValue("max must be 'none' or a number greater than 0", 1);
    }
  },
});

export const maxLoginAttempts = defineDirective({
  name: 'MaxLoginAttempts',
  module,
  syntax: 'MaxLoginAttempts count|none',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  defaultValue: 3 as number | undefined,
  doc: 'Failed logins after which the connection is closed.',
  parse: exactlyOne(limit),
});

export const maxPasswordSize = defineDirective({
  name: 'MaxPasswordSize',
  module,
  syntax: 'MaxPasswordSize bytes',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  defaultValue: 1024 as number | undefined,
  doc: 'Longer passwords are refused unread.',
  parse: exactlyOne(limit),
});

export const timeoutLogin = defineDirective({
  name: 'TimeoutLogin',
  module,
  syntax: 'TimeoutLogin seconds',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  defaultValue: 300_000,
  doc: 'How long a client may take to log in; 0: for ever.',
  parse: timeout,
});

export const timeoutSession = defineDirective({
  name: 'TimeoutSession',
  module,
  syntax: 'TimeoutSession seconds',
  contexts: serversAndAnonymous,
  repeats: 'last-wins',
  defaultValue: 0,
  doc: 'How long a session may last from its login; 0: for ever.',
  parse: (args, site) => timeout(args.slice(0, 1), site),
});

export const authLimitRows = [
  maxClients,
  maxClientsPerHost,
  maxClientsPerUser,
  maxClientsPerClass,
  maxHostsPerUser,
  maxConnectionsPerHost,
  maxLoginAttempts,
  maxPasswordSize,
  timeoutLogin,
  timeoutSession,
];
