import type { KeyObject } from 'node:crypto';
import { certificatesIn, kindOf, openKey, type CertifiedKey } from './certified-key.ts';
import { faultAt, type LocatedPath } from './located-file.ts';
import type { PassPhraseKind } from './pass-phrase.ts';
import { contentsOf, parse, reasonOf, type Reading } from './reading.ts';

/** A certificate and its key; undefined: there is none, or a fault. */
export async function readPair(
  reading: Reading,
  kind: PassPhraseKind & ('RSA' | 'EC'),
  certificateFile: LocatedPath | undefined,
  keyFile: LocatedPath | undefined,
): Promise<CertifiedKey | undefined> {
  if (certificateFile === undefined) {
    if (keyFile !== undefined)
      reading.warnings.push(`${keyFile.directive} names a key without a certificate: it is not used`);
    return undefined;
  }
  const { faults } = reading;
  const missing = (path: string, reason: string): string =>
    `'${path}' does not exist or does not contain a certificate${reason === 'No such file or directory' ? '' : ` (${reason})`}`;
  const file = await contentsOf(reading, certificateFile, missing);
  const key = await readKey(reading, kind, keyFile ?? certificateFile);
  if (file === undefined) return undefined;
  const found = parse(() => certificatesIn(file.bytes));
  const [certificate, ...more] = found.value ?? [];
  if (certificate === undefined) {
    faults.push(
      faultAt(certificateFile, missing(certificateFile.path, found.reason ?? 'it holds none in PEM')),
    );
    return undefined;
  }
  if (kindOf(certificate) !== kind)
    faults.push(
      faultAt(
        certificateFile,
        `'${certificateFile.path}' is a certificate for a key of ${kindOf(certificate)}, not ${kind}`,
      ),
    );
  if (key === undefined) return undefined;
  return checked(reading, certificateFile, keyFile ?? certificateFile, { certificate, more, key });
}

/** Adds what is wrong with a certificate beside its form. */
function checked(
  { faults, warnings, nowMs }: Reading,
  certificateFile: LocatedPath,
  keyFile: LocatedPath,
  pair: CertifiedKey,
): CertifiedKey | undefined {
  const { certificate, key } = pair;
  if (!certificate.checkPrivateKey(key)) {
    faults.push(
      faultAt(
        keyFile,
        `the key in '${keyFile.path}' does not belong to the certificate in '${certificateFile.path}'`,
      ),
    );
    return undefined;
  }
  const days = Math.floor((Date.parse(certificate.validTo) - nowMs) / 86_400_000);
  if (days < 0)
    warnings.push(`the certificate in '${certificateFile.path}' expired at ${certificate.validTo}`);
  else if (days < 14)
    warnings.push(
      `the certificate in '${certificateFile.path}' expires in ${days} days, at ${certificate.validTo}`,
    );
  if (Date.parse(certificate.validFrom) > nowMs)
    warnings.push(
      `the certificate in '${certificateFile.path}' is not valid before ${certificate.validFrom}`,
    );
  return pair;
}

async function readKey(
  reading: Reading,
  kind: PassPhraseKind,
  located: LocatedPath,
): Promise<KeyObject | undefined> {
  const file = await contentsOf(reading, located);
  if (file === undefined) return undefined;
  const { faults, warnings, files, label } = reading;
  if ((file.mode & 0o007) !== 0)
    warnings.push(`'${located.path}' holds a private key, and everybody can read or write it: chmod 600 it`);
  let opened = openKey(file.bytes);
  if (opened.outcome === 'encrypted') {
    try {
      opened = openKey(file.bytes, await files.passPhrase(label, kind));
    } catch (error) {
      opened = { outcome: 'none', reason: reasonOf(error) };
    }
  }
  if (opened.outcome === 'opened') return opened.key;
  faults.push(
    faultAt(
      located,
      `unable to use '${located.path}': ${opened.outcome === 'none' ? opened.reason : 'it is encrypted'}`,
    ),
  );
  return undefined;
}

/** The same from PKCS#12. */
export async function readPkcs12(
  reading: Reading,
  located: LocatedPath | undefined,
): Promise<CertifiedKey | undefined> {
  if (located === undefined) return undefined;
  const file = await contentsOf(reading, located, (path, reason) =>
    reason === 'No such file or directory'
      ? `'${path}' does not exist`
      : `unable to use '${path}': ${reason}`,
  );
  if (file === undefined) return undefined;
  const { openPkcs12 } = await import('./pkcs12.ts');
  try {
    const opened =
      openPkcs12(file.bytes, '') ??
      openPkcs12(file.bytes, await reading.files.passPhrase(reading.label, 'PKCS12'));
    if (opened === undefined) throw new Error('the pass phrase does not open it');
    return checked(reading, located, located, opened);
  } catch (error) {
    reading.faults.push(faultAt(located, `unable to use '${located.path}': ${reasonOf(error)}`));
    return undefined;
  }
}
