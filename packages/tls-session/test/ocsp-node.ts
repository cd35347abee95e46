import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { createMemcacheCache } from '@ftpd/cache-memcache';
import { createOcspStapler } from '../src/index.ts';

/** A process of a pool: staples once, and says what it has and what it was told. */
const [port, certFile = '', issuerFile = ''] = process.argv.slice(2);
const der = (file: string): Buffer => new X509Certificate(readFileSync(file)).raw;
const cache = createMemcacheCache({
  servers: [{ host: '127.0.0.1', port: Number(port) }],
  connectTimeoutMs: 10_000,
  answerTimeoutMs: 10_000,
  deadlineMs: 10_000,
});
const events: string[] = [];
const stapler = createOcspStapler({
  cache,
  handshakeWaitMs: 10_000,
  cacheDeadlineMs: 10_000,
  onEvent: ({ type }) => events.push(type),
});
const answer = await stapler.staple(der(certFile), der(issuerFile));
process.stdout.write(`${JSON.stringify({ answer: answer?.toString('hex'), events })}\n`);
stapler.close();
await cache.close();
