const fence = '```';

/** The README of a new driver, in the order that all packages have; what is in angle brackets is to be written. */
export function readme(name: string, type: string): string {
  return `# @ftpd/cache-${name}

A driver of [@ftpd/cache](../cache) for ${name}.

For <who needs it>.

## Install

${fence}sh
npm install @ftpd/cache @ftpd/cache-${name}
${fence}

## Use

${fence}ts
import { create${type}Cache } from '@ftpd/cache-${name}';

const cache = create${type}Cache({ url: '${name}://127.0.0.1' });
await cache.set(Buffer.from('key'), Buffer.from('value'), { ttlMs: 60_000 });
await cache.close();
${fence}

## Options

| option | type | unit | default | what |
|---|---|---|---|---|
| \`url\` | string | | | Where the store is. |
| \`name\` | string | | \`${name}\` | For logs and events. |
| \`deadlineMs\` | number | ms | 1000 | For calls that say nothing of their own. |

## Guarantees

- The contract of \`@ftpd/cache\`, by its conformance suite, but for <what the test skips, and why>.

## Errors

Those of \`@ftpd/cache\`.

## Compatibility

Node 22 and later; <versions of ${name}>.

## Not supported

<What somebody may look for in vain.>

## License

MIT
`;
}
