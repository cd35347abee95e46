import { readFile } from 'node:fs/promises';
import { makeCertificates, removeFolder, temporaryFolder } from '@ftpd/test-services';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startServer, type TestServer, type TestServerOptions } from './start-server.ts';
import { createTestTls, type TestTls, type TestTlsOptions } from './tls-port.ts';

/** Has one server with TLS for each test of the file, and ends it behind the test. @returns what starts it. */
export function useTlsServer(): (
  options?: Omit<TestTlsOptions, 'context'>,
  server?: TestServerOptions,
) => Promise<TestServer> {
  let folder: string;
  let context: TestTlsOptions['context'];
  let running: TestServer | undefined;
  let tls: TestTls | undefined;

  beforeAll(async () => {
    folder = temporaryFolder('tls-');
    const { serverCert, serverKey } = await makeCertificates(folder);
    context = { cert: await readFile(serverCert), key: await readFile(serverKey) };
  });

  afterAll(() => removeFolder(folder));

  afterEach(async () => {
    await running?.close();
    await tls?.close();
    running = undefined;
    tls = undefined;
  });

  return async (options = {}, server = {}) => {
    tls = createTestTls({ context, ...options });
    running = await startServer({ tls: tls.port, ...server });
    return running;
  };
}
