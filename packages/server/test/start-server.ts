import { createStaticAuthenticator } from '@ftpd/auth';
import {
  createFtpServer,
  createSimplePolicy,
  type FtpServer,
  type FtpServerOptions,
  type ServerEvent,
  type Settings,
} from '@ftpd/server';
import { createMemoryStorage, type Storage } from '@ftpd/storage';
import { ControlClient } from '@ftpd/test-services';

export interface TestServer {
  readonly server: FtpServer;
  readonly port: number;
  readonly storage: Storage;
  readonly events: ServerEvent[];
  readonly log: string[];
  /** A client that has read the greeting. */
  connect(localAddress?: string): Promise<ControlClient>;
  /** A client that is logged in as demo. */
  login(): Promise<ControlClient>;
  close(): Promise<void>;
}

export interface TestServerOptions extends Partial<Omit<FtpServerOptions, 'policy'>> {
  readonly settings?: Partial<Omit<Settings, 'at'>>;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly maxBytes?: number;
}

/** Our server in this process, over memory, with one user: demo, password demo. */
export async function startServer({
  settings = {},
  files = {},
  maxBytes,
  ...options
}: TestServerOptions = {}): Promise<TestServer> {
  const events: ServerEvent[] = [];
  const log: string[] = [];
  const storage =
    options.storage ?? createMemoryStorage({ files, ...(maxBytes === undefined ? {} : { maxBytes }) });
  const authenticator = createStaticAuthenticator({
    accounts: [{ user: 'demo', password: 'demo', uid: 0, gid: 0 }],
  });
  const server = createFtpServer({
    policy: createSimplePolicy({
      authenticator,
      root: '/',
      settings: { allowsOverwrite: true, allowsStoreRestart: true, ...settings },
    }),
    onEvent: (event) => void events.push(event),
    log: (level, text) => log.push(`${level} ${text}`),
    ...options,
    storage,
  });
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
  const connect = async (localAddress?: string): Promise<ControlClient> => {
    const client = await ControlClient.connect({
      port,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    await client.expect(220);
    return client;
  };
  return {
    server,
    port,
    storage,
    events,
    log,
    connect,
    login: () => ControlClient.login({ port, user: 'demo', password: 'demo' }),
    close: () => server.close(),
  };
}
