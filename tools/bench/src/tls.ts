/** `npm run bench:tls`: FTPS beside real ProFTPD with mod_tls, and what sharing sessions costs. */
import { chmodSync, existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '@ftpd/test-services';
import { missingForBench, startBenchServer, type BenchServer, type MoreDirectives } from './servers.ts';
import { makeSite, type Site } from './site.ts';
import { moveFileOverTls, type TlsMove } from './tls-bulk.ts';
import { countHandshakes, type HandshakeFigures, type TlsVersion } from './tls-handshakes.ts';
import { parseTlsOptions, type TlsBenchOptions, type TlsKey } from './tls-options.ts';
import { tlsRowOf, tlsTableOf, type TlsComparison } from './tls-report.ts';
import { compareResumption } from './tls-resumption.ts';

interface Pair {
  readonly ours: BenchServer;
  readonly proftpd: BenchServer;
}

const proftpdTls = '/usr/lib/proftpd/mod_tls.so';
const concurrency = 32;
/** Of a round; many enough for the clock of processor time, which ticks a hundred times a second. */
const resumedSessions = 2000;

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function makeCertificate(site: Site, key: TlsKey): Promise<{ cert: string; key: string }> {
  const files = { cert: join(site.folder, `${key}.pem`), key: join(site.folder, `${key}.key`) };
  const kind = key === 'rsa' ? 'rsa:2048' : 'ec -pkeyopt ec_paramgen_curve:P-256';
  const words = `req -x509 -days 2 -nodes -subj /CN=localhost -newkey ${kind} -keyout ${files.key} -out ${files.cert}`;
  const { code, output } = await runProgram('openssl', words.split(' '));
  if (code !== 0) throw new Error(`openssl failed: ${output}`);
  chmodSync(files.key, 0o600);
  return files;
}

/** Both read the same: TLS 1.2 and 1.3, one certificate, sessions as they come. */
function tlsDirectives(files: { readonly cert: string; readonly key: string }, key: TlsKey): MoreDirectives {
  const kind = key === 'rsa' ? 'RSA' : 'EC';
  return () => `<IfModule !mod_tls.c>
  ModulePath /usr/lib/proftpd
  LoadModule mod_tls.c
</IfModule>
TLSEngine on
TLSProtocol TLSv1.2 TLSv1.3
TLS${kind}CertificateFile ${files.cert}
TLS${kind}CertificateKeyFile ${files.key}
`;
}

/** Each round asks both, each time the other one first; one round before counts for nothing. */
async function inTurns<Figures>(
  { ours, proftpd }: Pair,
  rounds: number,
  what: string,
  measure: (server: BenchServer) => Promise<Figures>,
): Promise<{ readonly ours: readonly Figures[]; readonly proftpd: readonly Figures[] }> {
  const figures = { ours: [] as Figures[], proftpd: [] as Figures[] };
  for (let round = 0; round <= rounds; round += 1) {
    progress(round === 0 ? `${what}: warming up` : `${what}: round ${round} of ${rounds}`);
    for (const server of round % 2 === 0 ? [ours, proftpd] : [proftpd, ours]) {
      const figure = await measure(server);
      if (round > 0) figures[server === ours ? 'ours' : 'proftpd'].push(figure);
    }
  }
  return figures;
}

const keyNames: Readonly<Record<TlsKey, string>> = { rsa: 'RSA', ec: 'P-256' };

const handshakeKinds: readonly { readonly version: TlsVersion; readonly isResumed: boolean }[] = [
  { version: 'TLSv1.3', isResumed: false },
  { version: 'TLSv1.3', isResumed: true },
  { version: 'TLSv1.2', isResumed: false },
  { version: 'TLSv1.2', isResumed: true },
];

async function handshakeComparisons(
  pair: Pair,
  key: TlsKey,
  { rounds, seconds }: TlsBenchOptions,
): Promise<TlsComparison[]> {
  const comparisons: TlsComparison[] = [];
  for (const { version, isResumed } of handshakeKinds) {
    const name = `${keyNames[key]}, control connections, ${version} ${isResumed ? 'resumed' : 'full'}`;
    const figures = await inTurns(pair, rounds, name, (server) =>
      countHandshakes(server, { version, isResumed, seconds, concurrency }),
    );
    const compare = (
      of: keyof HandshakeFigures,
      more: Pick<TlsComparison, 'name' | 'unit'> & Partial<TlsComparison>,
    ): TlsComparison => ({
      other: 'proftpd',
      ours: figures.ours.map((figure) => figure[of]),
      theirs: figures.proftpd.map((figure) => figure[of]),
      ...more,
    });
    comparisons.push(
      compare('perSecond', { name, unit: '/s', goal: { atLeast: 15 } }),
      compare('cpuMsEach', { name: '  server CPU each', unit: 'ms' }),
      compare('clientCpuMsEach', { name: '  client CPU each', unit: 'ms' }),
    );
  }
  return comparisons;
}

async function bulkComparisons(
  pair: Pair,
  site: Site,
  { rounds, fileBytes }: TlsBenchOptions,
): Promise<TlsComparison[]> {
  const comparisons: TlsComparison[] = [];
  for (const move of ['RETR', 'STOR'] as const satisfies readonly TlsMove[]) {
    const name = `FTPS ${move}, ${fileBytes / 2 ** 20} MiB, TLS 1.3 AES-256-GCM`;
    const { ours, proftpd } = await inTurns(pair, rounds, name, (server) =>
      moveFileOverTls(server, site, move, fileBytes),
    );
    comparisons.push(
      {
        name: `${name}, server CPU`,
        unit: 's/GiB',
        other: 'proftpd',
        ours: ours.map(({ cpuSecondsPerGib }) => cpuSecondsPerGib),
        theirs: proftpd.map(({ cpuSecondsPerGib }) => cpuSecondsPerGib),
        goal: { atMost: 0.9 },
      },
      {
        name: '  throughput',
        unit: 'MiB/s',
        other: 'proftpd',
        ours: ours.map(({ mibPerSecond }) => mibPerSecond),
        theirs: proftpd.map(({ mibPerSecond }) => mibPerSecond),
        goal: { atLeast: 1 },
      },
    );
  }
  return comparisons;
}

/** Both servers with one certificate, for as long as something is measured. */
async function withPair(site: Site, key: TlsKey, measure: (pair: Pair) => Promise<void>): Promise<void> {
  const files = await makeCertificate(site, key);
  const servers: BenchServer[] = [];
  try {
    for (const name of ['ours', 'proftpd'] as const)
      servers.push(await startBenchServer(name, site, tlsDirectives(files, key)));
    const [ours, proftpd] = servers as [BenchServer, BenchServer];
    await measure({ ours, proftpd });
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function measureAll(site: Site, options: TlsBenchOptions): Promise<TlsComparison[]> {
  const { parts, rounds, keys } = options;
  const [firstKey] = keys;
  const comparisons: TlsComparison[] = [];
  const add = async (of: Promise<readonly TlsComparison[]>): Promise<void> => {
    comparisons.push(...(await of));
  };
  if (parts.has('handshakes'))
    for (const key of keys)
      await withPair(site, key, (pair) => add(handshakeComparisons(pair, key, options)));
  if (parts.has('bulk')) await withPair(site, firstKey, (pair) => add(bulkComparisons(pair, site, options)));
  if (parts.has('resumption')) {
    progress('resumption');
    const files = await makeCertificate(site, firstKey);
    comparisons.push(await compareResumption({ ...files, rounds, sessions: resumedSessions }));
  }
  return comparisons;
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseTlsOptions(args);
  const missing =
    missingForBench() ??
    (existsSync(proftpdTls) ? undefined : `Missing: ${proftpdTls}. Run: apt-get install proftpd-mod-crypto`);
  if (missing !== undefined) throw new Error(missing);
  const site = makeSite(options.folder, options.fileBytes, 1);
  try {
    const comparisons = await measureAll(site, options);
    const rows = comparisons.map(tlsRowOf);
    const machine = { cores: cpus().length, model: cpus()[0]?.model ?? 'unknown', node: process.version };
    if (options.isJson)
      console.log(JSON.stringify({ machine, rounds: options.rounds, rows, comparisons }, undefined, 2));
    else
      console.log(
        `${tlsTableOf(rows)}\n\nMedians of ${options.rounds} rounds; ${machine.cores} cores, ${machine.model}.`,
      );
  } finally {
    site.remove();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
