import { booleanOf, type DirectiveSite } from '@ftpd/config';

/** Where TLS is wanted, with the paths of PEM files. */
export interface TlsWords {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export type Endpoint = { readonly host: string; readonly port: number } | { readonly path: string };

/** Words of a line without those about TLS, and what those said. */
export interface SplitWords {
  readonly plain: readonly string[];
  /** Undefined: no TLS. */
  readonly tls: TlsWords | undefined;
}

const tlsWord = /^(ssl(?:-ca|-cert|-key)?):(.*)$/su;

/** Takes the words `ssl:`, `ssl-ca:`, `ssl-cert:` and `ssl-key:` out, wherever they stand. */
export function splitTlsWords(args: readonly string[], site: DirectiveSite): SplitWords {
  const plain: string[] = [];
  const files: { ca?: string; cert?: string; key?: string } = {};
  let isWanted = false;
  for (const arg of args) {
    const [, name, value = ''] = tlsWord.exec(arg) ?? [];
    if (name === undefined) plain.push(arg);
    else if (name !== 'ssl') files[name.slice('ssl-'.length) as keyof typeof files] = value;
    else {
      const choice = booleanOf(value);
      // ProFTPD goes on without TLS, and sends the password to whoever listens.
      if (choice === undefined) site.warn(`'${arg}': expected Boolean parameter, TLS is used`);
      isWanted = choice ?? true;
    }
  }
  if (!isWanted && Object.keys(files).length > 0) site.warn('certificates have no effect without ssl:true');
  return { plain, tls: isWanted ? files : undefined };
}

/** `host[:port]`, an IPv6 address in brackets, or the path of a Unix socket. */
export function endpointOf(word: string, defaultPort: number, site: DirectiveSite): Endpoint {
  if (word.startsWith('/')) return { path: word };
  const [, v6, name, port] = /^(?:\[([^\]]*)\]?|([^:]*))(?::(.*))?$/su.exec(word) ?? [];
  return { host: v6 ?? name ?? word, port: portOf(port, defaultPort, site) };
}

function portOf(text: string | undefined, defaultPort: number, site: DirectiveSite): number {
  if (text === undefined) return defaultPort;
  const port = /^\d{1,5}$/u.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  site.warn(`'${text}' is no port: ${defaultPort} is used`);
  return defaultPort;
}
