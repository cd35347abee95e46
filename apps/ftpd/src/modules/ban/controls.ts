import { lookup } from 'node:dns/promises';
import { isBanError, type Ban, type Bans, type Subject } from '@ftpd/ban';
import type {
  ConfiguredServer,
  ControlAction,
  ControlAnswer,
  ControlData,
  ControlRequest,
  ControlStatus,
  ModuleContext,
} from '@ftpd/module';
import { banControlsAcls } from './ban-rows.ts';
import { banInfo } from './ban-info.ts';
import { banTime } from './ban-text.ts';
import { bannable, readControlWords, type Bannable, type ControlWords } from './control-words.ts';
import type { Engines } from './engines.ts';
import type { RecentCounts } from './recent-counts.ts';

/** What happened to one name. */
interface Done {
  readonly line: string;
  readonly status: ControlStatus;
  readonly data: ControlData;
}

const plurals: Readonly<Record<Bannable, string>> = {
  user: 'users',
  host: 'hosts',
  class: 'classes',
  'user@host': 'user@hosts',
};

const refused = (status: ControlStatus, ...lines: readonly string[]): ControlAnswer => ({ status, lines });
const missing: ControlAnswer = refused('wrong-parameters', 'missing parameters');

/** Where a request acts: on all bans of the daemon, or on those of one server. */
interface Place {
  readonly bans: readonly Bans[];
  readonly scope: Pick<Subject, 'scope'>;
}

/** `ban` and `permit` of ftpdctl, in ProFTPD's words. @see ProFTPD mod_ban, Control Actions */
export function banControls(engines: Engines, counts: RecentCounts): readonly ControlAction[] {
  const allBans = (): readonly Bans[] => [...new Set(engines.all().map(({ bans }) => bans))];

  function placeOf({ server }: ControlWords, { servers }: ModuleContext): Place | undefined {
    if (server === undefined) return { bans: allBans(), scope: {} };
    const { address, port } = server;
    const found = servers.find((each) => each.port === port && hasAddress(each, address));
    const engine = found === undefined ? undefined : engines.of(found.id);
    if (engine === undefined) return undefined;
    const scope = engine.server.scopeOf({ localAddress: address, localPort: port });
    return { bans: [engine.bans], scope: scope === undefined ? {} : { scope } };
  }

  /** One action with names, for both. */
  async function run(
    { args: [type, ...words], client }: ControlRequest,
    context: ModuleContext,
    act: (place: Place, type: Bannable, given: ControlWords, by: string) => Promise<readonly Done[]>,
  ): Promise<ControlAnswer> {
    if (!isBannable(type)) return refused('unsupported', `unknown ban action requested: '${type ?? ''}'`);
    const given = readControlWords(words);
    if ('problem' in given) return refused('wrong-parameters', given.problem);
    if (given.names.length === 0) return missing;
    const place = placeOf(given, context);
    if (place === undefined)
      return refused('not-found', `no such server '${given.server?.address}#${given.server?.port}'`);
    if (place.bans.length === 0) return refused('not-permitted', 'BanEngine is off');
    const done = await act(place, type, given, client.user ?? String(client.uid));
    return {
      status: done.find(({ status }) => status !== 'ok')?.status ?? 'ok',
      lines: done.map(({ line }) => line),
      data: { results: done.map(({ data }) => data) },
    };
  }

  async function banAll(
    place: Place,
    type: Bannable,
    { names, durationMs, reason }: ControlWords,
    by: string,
  ): Promise<readonly Done[]> {
    const done: Done[] = [];
    for (const given of names) {
      const name = type === 'host' ? await addressOf(given) : given;
      if (name === undefined) {
        done.push(failed(type, given, 'not-found', `ban: unknown host '${given}'`));
        continue;
      }
      done.push(await banOne(place, { type, name, ...place.scope }, { durationMs, reason, by }));
    }
    return done;
  }

  async function permitAll(
    place: Place,
    type: Bannable,
    { names, reason }: ControlWords,
    by: string,
  ): Promise<readonly Done[]> {
    const lists = await Promise.all(place.bans.map(async (bans) => ({ bans, list: await bans.list() })));
    if (lists.every(({ list }) => list.length === 0))
      return [
        { line: 'permit request unnecessary', status: 'ok', data: null },
        { line: `no ${plurals[type]} are banned`, status: 'ok', data: null },
      ];
    const done: Done[] = [];
    for (const given of names) {
      const isAll = given === '*';
      const name = type === 'host' && !isAll ? await addressOf(given) : given;
      if (name === undefined) {
        done.push(failed(type, given, 'not-found', `unable to resolve '${given}' to an IP address`));
        continue;
      }
      let count = 0;
      for (const { bans, list } of lists)
        for (const { subject } of list) {
          if (subject.type !== type || (!isAll && subject.name !== name)) continue;
          if (place.scope.scope !== undefined && subject.scope !== place.scope.scope) continue;
          const { outcome } = await bans.permit(subject, { by, ...(reason === undefined ? {} : { reason }) });
          if (outcome === 'permitted') count += 1;
        }
      // A record of ProFTPD that nobody here has met yet is lifted as well.
      if (!isAll && count === 0) count = await permitUnlisted(place, { type, name }, by, reason);
      done.push(permitted(type, name, isAll, count, given));
    }
    return done;
  }

  return [
    {
      name: 'ban',
      summary: 'ban a class, host, user or user@host from using the daemon',
      acls: banControlsAcls,
      run: async (request, context) => {
        const { args } = request;
        if (args.length === 0) return missing;
        return args[0] === 'info'
          ? await banInfo(args.slice(1), engines, counts, context)
          : await run(request, context, banAll);
      },
    },
    {
      name: 'permit',
      summary: 'allow a banned class, host, user or user@host to use the daemon',
      acls: banControlsAcls,
      run: async (request, context) =>
        request.args.length < 2 ? missing : await run(request, context, permitAll),
    },
  ];
}

function isBannable(word: string | undefined): word is Bannable {
  return bannable.some((type) => type === word);
}

function hasAddress({ addresses }: ConfiguredServer, address: string): boolean {
  return addresses.some((own) => own === address || own === '0.0.0.0' || own === '::');
}

/** An address or network as it is, and the first address of a name. Undefined: it has none. */
async function addressOf(host: string): Promise<string | undefined> {
  if (/^[0-9.]+(\/\d+)?$|:/u.test(host)) return host;
  return await lookup(host).then(
    ({ address }) => address,
    () => undefined,
  );
}

function failed(type: Bannable, name: string, status: ControlStatus, line: string): Done {
  return { line, status, data: { type, name, outcome: status } };
}

async function banOne(
  { bans: all }: Place,
  subject: Subject,
  given: {
    readonly durationMs: number | undefined;
    readonly reason: string | undefined;
    readonly by: string;
  },
): Promise<Done> {
  const { type, name } = subject as { readonly type: Bannable; readonly name: string };
  const { by, durationMs, reason = `requested by '${by}' on ${banTime(Date.now())}` } = given;
  let made: Ban | undefined;
  let isKept = false;
  try {
    for (const bans of all) {
      const result = await bans.ban(subject, {
        by,
        reason,
        ...(durationMs === undefined ? {} : { durationMs }),
      });
      if (result.outcome === 'allowed')
        return failed(type, name, 'not-permitted', `${type} ${name} not banned: BanAllow has it`);
      isKept ||= result.outcome === 'kept';
      made = result.ban;
    }
  } catch (error) {
    if (!isBanError(error)) throw error;
    return failed(type, name, 'wrong-parameters', `ban: '${name}': ${error.message}`);
  }
  return {
    line: `${type} ${name} ${isKept ? 'already banned' : 'banned'}`,
    status: 'ok',
    data: {
      type,
      name: made?.subject.name ?? name,
      outcome: isKept ? 'already-banned' : 'banned',
      endMs: made?.endMs ?? null,
    },
  };
}

async function permitUnlisted(
  { bans: all, scope }: Place,
  subject: Subject,
  by: string,
  reason: string | undefined,
): Promise<number> {
  let count = 0;
  try {
    for (const bans of all) {
      const request = { by, ...(reason === undefined ? {} : { reason }) };
      const { outcome } = await bans.permit({ ...subject, ...scope }, request);
      if (outcome === 'permitted') count += 1;
    }
  } catch (error) {
    if (!isBanError(error)) throw error;
  }
  return count;
}

function permitted(type: Bannable, name: string, isAll: boolean, count: number, given: string): Done {
  if (isAll)
    return {
      line: `all ${plurals[type]} permitted`,
      status: 'ok',
      data: { type, name: '*', outcome: 'permitted', count },
    };
  // ProFTPD says that it permitted whom nobody had banned.
  return count === 0
    ? failed(type, name, 'not-found', `${type} '${given}' not banned`)
    : {
        line: `${type} '${name}' permitted`,
        status: 'ok',
        data: { type, name, outcome: 'permitted', count },
      };
}
