import { cpus } from 'node:os';
import { moveFile, type Move } from './bulk.ts';
import { endAll, logInAll } from './login-load.ts';
import { listLongFolder, makeLongFolder, manySmallFiles } from './many-files.ts';
import { measureMemory } from './memory.ts';
import { parseOptions, type BenchOptions } from './options.ts';
import { rowOf, tableOf, type Goal, type Scenario } from './report.ts';
import { missingForBench, startBenchServer, type BenchServer, type ServerName } from './servers.ts';
import { makeSite, type Site } from './site.ts';

type Figures = { readonly [name in ServerName]: number[] };

const noFigures = (): Figures => ({ ours: [], proftpd: [], pyftpdlib: [] });

const asFast: readonly Goal[] = [{ against: 'proftpd', atLeastTimes: 1 }];
const loginGoals: readonly Goal[] = [
  { against: 'proftpd', atLeastTimes: 10 },
  { against: 'pyftpdlib', atLeastTimes: 1 },
];

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** So long, and once at the least, a server warms up: what compiles itself while it runs is slow at first. */
const WARM_UP_MS = 2_500;

/** Every round asks all servers, each time another one first. */
async function inTurns(
  servers: readonly BenchServer[],
  rounds: number,
  what: string,
  measure: (server: BenchServer, isWarmUp: boolean) => Promise<void>,
): Promise<void> {
  for (let round = 0; round <= rounds; round += 1) {
    progress(round === 0 ? `${what}: warming up` : `${what}: round ${round} of ${rounds}`);
    for (let turn = 0; turn < servers.length; turn += 1) {
      const server = servers[(round + turn) % servers.length];
      if (!server) continue;
      const startedAtMs = performance.now();
      do await measure(server, round === 0);
      while (round === 0 && performance.now() - startedAtMs < WARM_UP_MS);
    }
  }
}

async function memoryScenarios(servers: readonly BenchServer[], options: BenchOptions): Promise<Scenario[]> {
  progress(`memory: ${options.clients} sessions`);
  const results = await measureMemory(servers, options);
  const [idle, loaded, each] = [noFigures(), noFigures(), noFigures()];
  for (const [index, { idleKiB, loadedKiB }] of results.entries()) {
    const { name } = servers[index] as BenchServer;
    idle[name].push(idleKiB / 1024);
    loaded[name].push(loadedKiB / 1024);
    each[name].push((loadedKiB - idleKiB) / options.clients);
  }
  const { clients } = options;
  return [
    { name: 'memory, idle server', unit: 'MiB', figures: idle, goals: [] },
    {
      name: `memory, ${clients} idle sessions`,
      unit: 'MiB',
      figures: loaded,
      goals: [{ against: 'proftpd', atLeastTimes: 5 }],
    },
    {
      name: 'memory, each session on top',
      unit: 'KiB',
      figures: each,
      goals: [{ atMost: 40 }, { against: 'proftpd', atLeastTimes: 5 }],
    },
  ];
}

async function loginScenarios(servers: readonly BenchServer[], options: BenchOptions): Promise<Scenario[]> {
  const { clients, accounts } = options;
  const scenarios: Scenario[] = [];
  for (const concurrency of [50, clients]) {
    const figures = noFigures();
    await inTurns(
      servers,
      options.rounds,
      `login, ${concurrency} at once`,
      async ({ name, port }, isWarmUp) => {
        // Ours remembers a verified password for a minute, which a round of the others may outlast.
        const primed = await logInAll({ port, clients: accounts, concurrency: 10, accounts });
        await endAll(primed.sessions);
        const { seconds, sessions } = await logInAll({ port, clients, concurrency, accounts });
        await endAll(sessions);
        if (!isWarmUp) figures[name].push(seconds);
      },
    );
    scenarios.push({
      name: `login of ${clients}, ${concurrency} at once`,
      unit: 's',
      figures,
      goals: loginGoals,
    });
  }
  return scenarios;
}

async function fileScenarios(
  servers: readonly BenchServer[],
  site: Site,
  options: BenchOptions,
): Promise<Scenario[]> {
  makeLongFolder(site);
  const measured = [
    {
      name: '2,000 small files, 20 sessions',
      measure: manySmallFiles,
      goals: [{ against: 'proftpd', atLeastTimes: 3 }],
    },
    { name: 'LIST of 20,000 entries', measure: listLongFolder, goals: asFast },
  ] as const;
  const scenarios: Scenario[] = [];
  for (const { name, measure, goals } of measured) {
    const figures = noFigures();
    await inTurns(servers, options.rounds, name, async (server, isWarmUp) => {
      const seconds = await measure(server);
      if (!isWarmUp) figures[server.name].push(seconds);
    });
    scenarios.push({ name, unit: 's', figures, goals });
  }
  return scenarios;
}

const moves: { readonly [move in Move]: { readonly name: string; readonly goals: readonly Goal[] } } = {
  get: { name: 'RETR', goals: asFast },
  drop: { name: 'RETR, client drops', goals: [] },
  put: { name: 'STOR', goals: asFast },
};

async function bulkScenarios(
  servers: readonly BenchServer[],
  site: Site,
  options: BenchOptions,
): Promise<Scenario[]> {
  const scenarios: Scenario[] = [];
  const mib = options.fileBytes / 1024 / 1024;
  for (const move of ['get', 'drop', 'put'] as const) {
    const { name, goals } = moves[move];
    const [wall, cpu] = [noFigures(), noFigures()];
    await inTurns(servers, options.rounds, name, async (server, isWarmUp) => {
      const { seconds, cpuSeconds } = await moveFile(server, site, move, options.fileBytes);
      if (isWarmUp) return;
      wall[server.name].push(seconds);
      cpu[server.name].push(cpuSeconds);
    });
    scenarios.push({ name: `${name} ${mib} MiB`, unit: 's', figures: wall, goals });
    scenarios.push({ name: `${name} ${mib} MiB, processor`, unit: 's', figures: cpu, goals: [] });
  }
  return scenarios;
}

async function measureAll(
  servers: readonly BenchServer[],
  site: Site,
  options: BenchOptions,
): Promise<Scenario[]> {
  const { parts } = options;
  return [
    // First, while no other part has left anything in the servers.
    ...(parts.has('memory') ? await memoryScenarios(servers, options) : []),
    ...(parts.has('login') ? await loginScenarios(servers, options) : []),
    ...(parts.has('files') ? await fileScenarios(servers, site, options) : []),
    ...(parts.has('bulk') ? await bulkScenarios(servers, site, options) : []),
  ];
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  const missing = missingForBench();
  if (missing !== undefined) throw new Error(missing);
  const site = makeSite(options.folder, options.fileBytes, options.accounts);
  const servers: BenchServer[] = [];
  try {
    for (const name of ['ours', 'proftpd', 'pyftpdlib'] as const)
      servers.push(await startBenchServer(name, site));
    const scenarios = await measureAll(servers, site, options);
    const rows = scenarios.map(rowOf);
    const machine = { cores: cpus().length, model: cpus()[0]?.model ?? 'unknown', node: process.version };
    if (options.isJson)
      console.log(JSON.stringify({ machine, rounds: options.rounds, rows, scenarios }, undefined, 2));
    else
      console.log(
        `${tableOf(rows)}\n\nMedians of ${options.rounds} rounds; ${machine.cores} cores, ${machine.model}.`,
      );
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    site.remove();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
