import type { BanEvent } from './ban.ts';

/** Control characters and blanks at will must not make a line look like two, or a field like another. */
function escaped(text: string): string {
  return text.replace(
    /[^\u0021-\u007e]|["\\]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * A line for fail2ban and its like, without an end: time, `ban` or `permit`, type, name (never first what a client may
 * choose), maker, node, rule.
 * @returns undefined for other events, and for what was not made by this node: its maker's node has written it.
 */
export function fail2banLine(event: BanEvent): string | undefined {
  if ((event.type !== 'banned' && event.type !== 'permitted') || event.origin !== 'here') return undefined;
  const made = event.type === 'banned' ? event.ban : event;
  const { type, name } = made.subject;
  const fields = [
    new Date(made.madeMs).toISOString(),
    event.type === 'banned' ? 'ban' : 'permit',
    `${type}=${escaped(name)}`,
    `by=${escaped(made.by)}`,
    `where=${escaped(made.where)}`,
  ];
  if (event.type === 'banned') {
    const { endMs, rule } = event.ban;
    fields.push(`until=${endMs === undefined ? 'never' : new Date(endMs).toISOString()}`);
    if (rule !== undefined) fields.push(`rule=${escaped(rule)}`);
  }
  return fields.join(' ');
}

/**
 * The command for `nft -f` that adds a banned host to a set, or takes a permitted one out. Sets with CIDR need
 * `flags interval, timeout`.
 * @param sets - Families, tables and sets by address family, such as `{ ipv4: 'inet filter banned4', … }`.
 * @returns undefined for events that concern no host.
 */
export function nftablesCommand(
  event: BanEvent,
  sets: { readonly ipv4: string; readonly ipv6: string },
  nowMs: number = Date.now(),
): string | undefined {
  if (event.type !== 'banned' && event.type !== 'permitted') return undefined;
  const subject = event.type === 'banned' ? event.ban.subject : event.subject;
  // A canonical host: digits, letters, dots, colons and a slash.
  if (subject.type !== 'host') return undefined;
  const set = subject.name.includes(':') ? sets.ipv6 : sets.ipv4;
  if (event.type === 'permitted') return `delete element ${set} { ${subject.name} }`;
  const { endMs } = event.ban;
  const timeout = endMs === undefined ? '' : ` timeout ${Math.max(1, Math.ceil((endMs - nowMs) / 1000))}s`;
  return `add element ${set} { ${subject.name}${timeout} }`;
}

export interface WebhookOptions {
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Milliseconds for one request, > 0. Default 5000. */
  readonly deadlineMs?: number;
  /** The most requests under way; events beyond are told to `onError` and dropped. Default 16. */
  readonly maxPending?: number;
  readonly onError?: (error: unknown) => void;
}

/** Sends each event as JSON to a URL, by POST; use it as `onEvent`. Answers other than 2xx are errors. */
export function createWebhook(
  url: string | URL,
  { fetch: send = fetch, deadlineMs = 5000, maxPending = 16, onError = () => {} }: WebhookOptions = {},
): (event: BanEvent) => void {
  let pending = 0;
  const post = async (event: BanEvent): Promise<void> => {
    const response = await send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event, (_, value: unknown) => (value instanceof Error ? value.message : value)),
      signal: AbortSignal.timeout(deadlineMs),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`The webhook answered ${response.status}`);
  };
  return (event) => {
    if (pending >= maxPending) {
      onError(new Error('Too many webhook requests are under way'));
      return;
    }
    pending += 1;
    post(event)
      .catch(onError)
      .finally(() => {
        pending -= 1;
      });
  };
}
