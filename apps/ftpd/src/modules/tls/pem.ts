/** Blocks of a PEM text by label: `CERTIFICATE`, `X509 CRL`, `DH PARAMETERS`. A revocation list may also come as DER. */
export function pemBlocks(bytes: Buffer, ...labels: readonly string[]): readonly string[] {
  const text = bytes.toString('latin1');
  const pattern = /-----BEGIN ([A-Z0-9 ]{1,40})-----[^-]*-----END \1-----/gu;
  return [...text.matchAll(pattern)]
    .filter(([, label = '']) => labels.includes(label))
    .map(([block]) => block);
}

export const certificateLabels = ['CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE'] as const;
