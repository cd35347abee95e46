import type { DirectiveRow } from '@ftpd/config';
import type { ControlAction, ControlAnswer, ControlsAcl, ModuleContext } from '@ftpd/module';
import { mayAct } from '../../controls/access.ts';
import { controlsAclRow } from '../../controls/acl-row.ts';
import type { SessionCounts } from './session-counts.ts';
import { defaultSessionTtlMs, tlsSessionCache } from './session-rows.ts';

/** What `tls sesscache` acts on. */
export interface SessionCacheControl {
  readonly counts: () => SessionCounts;
  /** Whether sessions are shared with other machines. */
  readonly isShared: () => boolean;
  /** Forgets the sessions and ticket keys of this process. @throws what keeps the configuration from being read again */
  readonly forget: () => Promise<void>;
}

const row = controlsAclRow({
  name: 'TLSControlsACLs',
  module: 'mod_tls.c',
  actions: ['sesscache', 'info', 'clear', 'remove'],
});

/** Its actions are words behind `tls`, which is the action for the socket: who may do one of them may ask for it. */
export const tlsControlsAcls: DirectiveRow<ControlsAcl> = {
  ...row,
  parse: (args, site) => {
    const acl = row.parse(args, site);
    return acl.actions === 'all' ? acl : { ...acl, actions: [...acl.actions, 'tls'] };
  },
};

const answer = (status: ControlAnswer['status'], ...lines: readonly string[]): ControlAnswer => ({
  status,
  lines,
});

const usage = answer('wrong-parameters', 'tls sesscache: missing or wrong parameters: info, clear or remove');

/** @see ProFTPD mod_tls, Control Actions */
export function tlsControls(cache: SessionCacheControl): readonly ControlAction[] {
  const cacheName = ({ servers: [main] }: ModuleContext): string => {
    const value = main?.directives.first(tlsSessionCache);
    return value === undefined ? 'internal' : value === 'off' ? 'off' : value.type;
  };

  function info(context: ModuleContext): ControlAnswer {
    const type = cacheName(context);
    const value = context.servers[0]?.directives.first(tlsSessionCache);
    const ttlMs = value === undefined || value === 'off' ? defaultSessionTtlMs : value.ttlMs;
    const counts = cache.counts();
    const isShared = cache.isShared();
    return {
      status: 'ok',
      lines: [
        `SSL session cache '${type}': ${isShared ? 'shared with other machines' : 'memory of this daemon'}`,
        `Sessions are good for ${ttlMs / 1000} seconds`,
        '',
        `Cache lifetime hits: ${counts.hitsHere + counts.hitsInCache} (${counts.hitsInCache} of them from the cache)`,
        `Cache lifetime misses: ${counts.misses}`,
        `Cache lifetime sessions stored: ${counts.stored}`,
        `Cache lifetime errors handling sessions in cache: ${counts.refused} records refused, ${counts.outages} outages`,
        `Ticket keys made or taken over: ${counts.keyRotations}`,
      ],
      data: { type, isShared, ttlMs, ...counts },
    };
  }

  async function clear(context: ModuleContext): Promise<ControlAnswer> {
    const type = cacheName(context);
    if (cache.isShared())
      return answer(
        'unsupported',
        `tls sesscache: the sessions in '${type}' belong to all machines that share it, and it can't list them; they end by themselves`,
      );
    await cache.forget();
    return answer(
      'ok',
      `tls sesscache: cleared the sessions of '${type}' session cache, and the ticket keys`,
    );
  }

  return [
    {
      name: 'tls',
      summary: 'tls sesscache info|clear: what becomes of TLS sessions that clients come back with',
      acls: tlsControlsAcls,
      async run({ args: [what, verb = '', ...more], client }, context) {
        if (what !== 'sesscache' || more.some((word) => word !== '-v')) return usage;
        const acls = context.servers[0]?.directives.all(tlsControlsAcls) ?? [];
        if (!mayAct(acls, client, verb) && !mayAct(acls, client, 'sesscache'))
          return answer('access-denied', 'access denied');
        if (verb === 'info') return info(context);
        if (verb === 'clear') return await clear(context);
        if (verb === 'remove')
          return answer('unsupported', 'tls sesscache: the session cache is in use, and is not removed');
        return usage;
      },
    },
  ];
}
