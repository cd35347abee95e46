import { createHash } from 'node:crypto';
import type { Cache } from '@ftpd/cache';
import type { ConfiguredServer, ModuleContext } from '@ftpd/module';
import {
  createOcspStapler,
  type OcspEvent,
  type OcspStapler,
  type OcspStaplerOptions,
} from '@ftpd/tls-session';
import { certificatesIn } from './certified-key.ts';
import type { Credentials } from './credentials.ts';
import { openStaplingCache, staplingCacheOf, type StaplingSharing } from './stapling-cache.ts';
import { staplingEventText } from './stapling-events.ts';
import {
  tlsStapling,
  tlsStaplingOptions,
  tlsStaplingResponder,
  tlsStaplingTimeout,
} from './stapling-rows.ts';
import type { Stapling } from './tls-service.ts';

export interface StaplersOptions {
  readonly isCacheType: (context: ModuleContext, type: string) => boolean;
  /** Told what an administrator must know. */
  readonly note: (level: 'warning' | 'info', text: string) => void;
  /** Default: of `@ftpd/tls-session`. */
  readonly create?: (options: OcspStaplerOptions) => OcspStapler;
}

/** The staplers of the process: they keep their answers over a reload that leaves their settings alone. */
export interface Staplers {
  /** @throws {StartError} where TLSStaplingCache names no type that there is */
  follow(context: ModuleContext): Promise<Stapling>;
  close(): void;
}

interface Kept {
  readonly stapler: OcspStapler;
  generation: number;
}

export function createStaplers({ isCacheType, note, create = createOcspStapler }: StaplersOptions): Staplers {
  const kept = new Map<string, Kept>();
  const cacheNumbers = new WeakMap<Cache, number>();
  let cacheCount = 0;
  let generation = 0;

  const numberOf = (cache: Cache | undefined): number => {
    if (cache === undefined) return 0;
    const known = cacheNumbers.get(cache);
    if (known !== undefined) return known;
    cacheNumbers.set(cache, ++cacheCount);
    return cacheCount;
  };

  const staplerOf = ({ directives }: ConfiguredServer, sharing: StaplingSharing): OcspStapler => {
    const words = directives.first(tlsStaplingOptions);
    const responderUrl = directives.first(tlsStaplingResponder);
    const settings = {
      timeoutMs: directives.first(tlsStaplingTimeout),
      usesNonce: !words.has('NoNonce'),
      ignoresSignature: words.has('NoVerify'),
      givesTryLater: !words.has('NoFakeTryLater'),
      ...(responderUrl === undefined ? {} : { responderUrl }),
    };
    const { cache, secret, proftpd } = sharing;
    const name = JSON.stringify([settings, numberOf(cache), proftpd, secret?.ids]);
    const known = kept.get(name);
    if (known !== undefined) {
      known.generation = generation;
      return known.stapler;
    }
    const onEvent = (event: OcspEvent): void => {
      const text = staplingEventText(event);
      if (text !== undefined) note(event.type === 'recovery' ? 'info' : 'warning', text);
    };
    const stapler = create({ ...settings, ...sharing, onEvent });
    kept.set(name, { stapler, generation });
    return stapler;
  };

  return {
    async follow(context) {
      // What the configuration before this one did not ask for any more; its last connections go without.
      for (const [name, each] of kept)
        if (each.generation < generation) {
          each.stapler.close();
          kept.delete(name);
        }
      generation += 1;
      const sharing = await openStaplingCache(context, isCacheType);
      const isOnByCache = staplingCacheOf(context) !== undefined;
      return {
        ocspResponse(server, { identities, authorities }) {
          if (!(server.directives.first(tlsStapling) ?? isOnByCache)) return undefined;
          const stapler = staplerOf(server, sharing);
          const issuers = issuersOf(identities, authorities);
          const respond = (certificate: Buffer): Promise<Buffer | undefined> =>
            stapler.staple(certificate, issuers.get(fingerprintOf(certificate)));
          // So that the first client finds an answer.
          for (const { certificate } of identities) void respond(certificate.raw);
          return respond;
        },
      };
    },
    close() {
      for (const { stapler } of kept.values()) stapler.close();
      kept.clear();
    },
  };
}

const fingerprintOf = (certificate: Buffer): string =>
  createHash('sha256').update(certificate).digest('base64');

/** What has signed each certificate, DER: from behind it, or of TLSCACertificateFile and TLSCACertificatePath. */
function issuersOf(
  identities: Credentials['identities'],
  authorities: Credentials['authorities'],
): ReadonlyMap<string, Buffer> {
  const trusted = authorities.flatMap((pem) => certificatesIn(Buffer.from(pem)));
  return new Map(
    identities.flatMap(({ certificate, more }) => {
      const issuer = [...more, ...trusted].find(
        (each) => certificate.checkIssued(each) && certificate.verify(each.publicKey),
      );
      return issuer === undefined ? [] : [[fingerprintOf(certificate.raw), issuer.raw]];
    }),
  );
}
