import type { ConfiguredServer, ModuleContext } from '@ftpd/module';
import type { TlsPort } from '@ftpd/server';
import type { TlsSessionsOptions, TlsSessions, Trust } from '@ftpd/tls-session';
import { StartError } from '../../start-error.ts';
import { tlsVerifyClient, tlsVerifyDepth } from './client-rows.ts';
import { readCredentials, type Credentials } from './credentials.ts';
import { createTlsPort } from './tls-port.ts';
import type { ServerTls } from './opened-tls.ts';
import type { SessionCacheControl } from './controls.ts';
import { createSessionCounter } from './session-counts.ts';
import { createServerEndpoint } from './server-tls.ts';
import { openSessionCache, type SessionCacheChoice } from './session-cache.ts';
import { createSessionGroups } from './session-groups.ts';
import { tlsSessionTicketKeys } from './session-rows.ts';
import type { TlsFiles } from './tls-files.ts';
import type { TlsLogs } from './tls-logs.ts';
import { tlsEngine } from './protocol-rows.ts';
import { watchFiles, type FileWatch } from './watch-files.ts';

/** Wires what staples OCSP answers to an endpoint. */
export interface Stapling {
  /** @returns undefined: nothing is stapled for this server. */
  ocspResponse(
    server: ConfiguredServer,
    credentials: Credentials,
  ): ((certificate: Buffer) => Promise<Buffer | undefined>) | undefined;
}

export interface TlsServiceOptions {
  readonly files: TlsFiles;
  readonly logs: TlsLogs;
  readonly createSessions: (options: TlsSessionsOptions) => TlsSessions;
  readonly isCacheType: (context: ModuleContext, type: string) => boolean;
  /** Default: nothing is stapled. */
  readonly stapling?: (context: ModuleContext) => Promise<Stapling | undefined>;
  /** How often files are looked at, ms. Default 2000. */
  readonly watchMs?: number;
}

/** All that mod_tls does. */
export interface TlsService {
  readonly port: TlsPort;
  /** @throws {StartError}; then what was before stays. */
  follow(context: ModuleContext): Promise<void>;
  /** What would keep the daemon from starting. @throws {StartError} */
  check(context: ModuleContext): Promise<void>;
  /** For `ftpdctl tls sesscache`. */
  readonly sessionCache: SessionCacheControl;
  stop(): Promise<void>;
}

/** What a server's sessions must not leave: with client certificates that is its own rules and its name. */
function trustOf(server: ConfiguredServer, { authorities, revocationLists }: Credentials): Trust {
  const clientVerification = server.directives.first(tlsVerifyClient);
  return clientVerification === 'none'
    ? { clientVerification }
    : {
        clientVerification,
        ca: authorities,
        crl: revocationLists,
        scope: `${server.id} ${server.name} ${server.directives.first(tlsVerifyDepth)}`,
      };
}

const speaksTls = ({ directives }: ConfiguredServer): boolean => directives.first(tlsEngine);

export function createTlsService({
  files,
  logs,
  createSessions,
  isCacheType,
  stapling,
  watchMs = 2000,
}: TlsServiceOptions): TlsService {
  let byServer: ReadonlyMap<number, ServerTls> = new Map();
  let current: ModuleContext | undefined;
  let watch: FileWatch | undefined;
  let isShared = false;
  const counter = createSessionCounter();
  const groups = createSessionGroups(createSessions, (event) => {
    counter.count(event);
    logs.sessionEvent(event);
  });

  async function open(
    server: ConfiguredServer,
    context: ModuleContext,
    choice: SessionCacheChoice,
    staples: Stapling | undefined,
  ): Promise<ServerTls> {
    const credentials = await readCredentials(server, files);
    for (const warning of credentials.warnings) logs.warn(server, warning);
    const secret = await context.poolSecret();
    const sessions = await groups.of({
      trust: trustOf(server, credentials),
      choice,
      secret,
      ticketKeys: context.servers[0]?.directives.first(tlsSessionTicketKeys),
    });
    if (credentials.certificates.length === 0) {
      logs.warn(
        server,
        'no TLSRSACertificateFile, TLSECCertificateFile or TLSPKCS12File: AUTH is refused with 431 (`ftpd certificate self-signed` makes one to begin with)',
      );
      return { server, credentials, sessions, endpoint: undefined, close() {} };
    }
    const ocspResponse = staples?.ocspResponse(server, credentials);
    const endpoint = createServerEndpoint(
      server,
      credentials,
      sessions,
      ocspResponse === undefined ? {} : { ocspResponse },
    );
    return { server, credentials, sessions, endpoint, close: () => endpoint.close() };
  }

  /** Opens every server that speaks TLS; all or none. */
  async function openAll(context: ModuleContext): Promise<ReadonlyMap<number, ServerTls>> {
    const speaking = context.servers.filter(speaksTls);
    const opened = new Map<number, ServerTls>();
    if (speaking.length === 0) return opened;
    const choice = await openSessionCache(context, (type) => isCacheType(context, type));
    const staples = await stapling?.(context);
    const keep = groups.begin();
    const lines: string[] = [];
    for (const server of speaking) {
      try {
        opened.set(server.id, await open(server, context, choice, staples));
      } catch (error) {
        if (!(error instanceof StartError)) throw error;
        lines.push(...error.lines);
      }
    }
    if (lines.length > 0) {
      for (const tls of opened.values()) tls.close();
      throw new StartError([...new Set(lines)]);
    }
    keep();
    isShared = choice.cache?.capabilities.isShared === true;
    return opened;
  }

  function replace(next: ReadonlyMap<number, ServerTls>): void {
    const before = byServer;
    byServer = next;
    // Connections that stand go on with what they began with.
    for (const tls of before.values()) tls.close();
  }

  return {
    port: createTlsPort({
      of: (serverId) => byServer.get(serverId),
      named: (session, name) => current?.serverNamed(session, name)?.id,
      remoteName: (session) => {
        const name = current?.clientName(session);
        return name === session.remoteAddress ? undefined : name;
      },
      logs,
    }),
    async follow(context) {
      logs.follow(context);
      replace(await openAll(context));
      current = context;
      watch?.close();
      watch = watchFiles({
        files,
        servers: [...byServer.values()].map(({ server }) => server),
        intervalMs: watchMs,
        async onChange() {
          try {
            replace(await openAll(context));
            logs.note('new certificates are in force for new connections');
          } catch (error) {
            const lines = error instanceof StartError ? error.lines : [String(error)];
            for (const line of lines) logs.note(line.replace(/^fatal: /u, ''));
            logs.note('certificates have changed and can not be used: those that were read before stay');
          }
        },
      });
    },
    async check(context) {
      const lines: string[] = [];
      const faults = (error: unknown): void => {
        if (!(error instanceof StartError)) throw error;
        lines.push(...error.lines);
      };
      const speaking = context.servers.filter(speaksTls);
      if (speaking.length > 0)
        await openSessionCache(context, (type) => isCacheType(context, type)).catch(faults);
      if (speaking.length > 0) await stapling?.(context).catch(faults);
      for (const server of speaking) {
        const credentials = await readCredentials(server, files).catch(faults);
        for (const warning of credentials?.warnings ?? [])
          context.log('warning', `mod_tls: server '${server.name}': ${warning}`);
      }
      if (lines.length > 0) throw new StartError([...new Set(lines)]);
    },
    sessionCache: {
      counts: () => counter.counts(),
      isShared: () => isShared,
      async forget() {
        await groups.close();
        if (current !== undefined) replace(await openAll(current));
      },
    },
    async stop() {
      watch?.close();
      replace(new Map());
      await groups.close();
      logs.close();
    },
  };
}
