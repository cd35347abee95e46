import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import {
  removeFolder,
  startOcspAuthority,
  temporaryFolder,
  type IssuedCertificate,
  type OcspAuthority,
} from '@ftpd/test-services';
import { afterAll, afterEach, beforeAll } from 'vitest';
import {
  createOcspStapler,
  type OcspEvent,
  type OcspStapler,
  type OcspStaplerOptions,
} from '../src/index.ts';

/** A stapler whose events are kept. */
export interface Watched extends OcspStapler {
  readonly events: OcspEvent[];
  ofType<Type extends OcspEvent['type']>(type: Type): readonly Extract<OcspEvent, { type: Type }>[];
}

/** An authority with its responder, and certificates of each status. */
export interface OcspSetting {
  readonly folder: string;
  readonly authority: OcspAuthority;
  readonly good: IssuedCertificate;
  readonly rsa: IssuedCertificate;
  readonly revoked: IssuedCertificate;
  readonly unknown: IssuedCertificate;
}

const endings: (() => Promise<unknown> | void)[] = [];

/** Done after each test, the last one first. */
export function atEnd(end: () => Promise<unknown> | void): void {
  endings.push(end);
}

/** Makes it before all tests of a file. @returns what gives it in tests. */
export function useOcspSetting(): () => OcspSetting {
  let setting: OcspSetting;
  beforeAll(async () => {
    const folder = temporaryFolder('ocsp-');
    const authority = await startOcspAuthority(folder);
    setting = {
      folder,
      authority,
      good: await authority.issue('good'),
      rsa: await authority.issue('rsa', { kind: 'rsa' }),
      revoked: await authority.issue('revoked'),
      unknown: await authority.issue('unknown'),
    };
    for (const certificate of [setting.good, setting.rsa]) await authority.declare(certificate, 'good');
    await authority.declare(setting.revoked, 'revoked');
  });
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
    for (const key of ['signer', 'minutes', 'args', 'instead'] as const) delete setting.authority.manner[key];
  });
  afterAll(async () => {
    await setting.authority.stop();
    removeFolder(setting.folder);
  });
  return () => setting;
}

export const der = ({ cert }: IssuedCertificate): Buffer => new X509Certificate(readFileSync(cert)).raw;

/** Long waits: a machine under load must not decide what a handshake shows. */
export function stapler(options: OcspStaplerOptions = {}): Watched {
  const events: OcspEvent[] = [];
  const made = createOcspStapler({
    handshakeWaitMs: 10_000,
    onEvent: (event) => events.push(event),
    ...options,
  });
  atEnd(() => made.close());
  return {
    ...made,
    events,
    ofType: <Type extends OcspEvent['type']>(type: Type) =>
      events.filter((event): event is Extract<OcspEvent, { type: Type }> => event.type === type),
  };
}

/** @returns the port. */
export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}
