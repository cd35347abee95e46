import { hkdfSync, randomBytes } from 'node:crypto';
import { CacheError } from '../errors.ts';

/** How long a secret is. */
const secretBytes = 32;
const maxSecrets = 16;

const idPattern = /^[A-Za-z0-9._-]{1,32}$/;

/**
 * What the machines of a pool have in common and nobody else knows: secrets with names, of which the first one seals and
 * all of them open. Printing one shows the names only.
 */
export class PoolSecret {
  readonly #secrets: ReadonlyMap<string, Buffer>;
  /** The name of the secret that seals. */
  readonly sealingId: string;

  private constructor(secrets: ReadonlyMap<string, Buffer>, sealingId: string) {
    this.#secrets = secrets;
    this.sealingId = sealingId;
  }

  /**
   * @param text - Lines `id base64`: a name of 1 to 32 letters, digits, `.`, `_`, `-`, and 32 random bytes. Empty lines and
   * those that start with `#` don't count.
   * @throws {CacheError} CACHE_BAD_SECRET, with the number of the line; never with the secret.
   */
  static parse(text: string): PoolSecret {
    const secrets = new Map<string, Buffer>();
    for (const [index, raw] of text.split('\n').entries()) {
      const line = raw.trim();
      if (line === '' || line.startsWith('#')) continue;
      const fault = (what: string): CacheError =>
        new CacheError('CACHE_BAD_SECRET', { message: `Line ${index + 1} of the pool secret ${what}` });
      const [id = '', encoded = '', ...rest] = line.split(/[ \t]+/);
      if (!idPattern.test(id) || rest.length > 0) throw fault('is not `id base64`');
      const secret = Buffer.from(encoded, 'base64');
      if (!/^[A-Za-z0-9+/]{43}=?$/.test(encoded) || secret.length !== secretBytes)
        throw fault(`does not hold ${secretBytes} bytes in base64`);
      if (secrets.has(id)) throw fault(`names '${id}' a second time`);
      if (secrets.size === maxSecrets) throw fault(`is one too many: at the most ${maxSecrets} are kept`);
      secrets.set(id, secret);
    }
    const [first] = secrets.keys();
    if (first === undefined)
      throw new CacheError('CACHE_BAD_SECRET', { message: 'The pool secret has no line `id base64`' });
    return new PoolSecret(secrets, first);
  }

  get ids(): readonly string[] {
    return [...this.#secrets.keys()];
  }

  /**
   * A key for one purpose: with one derived key nobody can find another, or the secret.
   * @returns 32 bytes, or undefined if no secret has this name.
   * @see RFC 5869
   */
  deriveKey(id: string, purpose: string): Buffer | undefined {
    const secret = this.#secrets.get(id);
    if (secret === undefined) return undefined;
    return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `ftpd pool ${purpose}`, 32));
  }

  toJSON(): object {
    return { ids: this.ids };
  }
}

export interface NewSecretOptions {
  /** The new secret's name. Default: today's date and four random hexadecimal digits. */
  readonly id?: string;
  /** What the file holds so far: it stays, after the new line, so that what it sealed can still be opened. */
  readonly previous?: string;
  /** ms since the epoch, for the name. Default: now. */
  readonly nowMs?: number;
}

/**
 * The text of a new secret, to be written into a file that only the daemon's user can read.
 * @throws {CacheError} CACHE_BAD_SECRET if `previous` or `id` is none.
 */
export function newPoolSecret({ id, previous = '', nowMs = Date.now() }: NewSecretOptions = {}): string {
  const date = new Date(nowMs).toISOString().slice(0, 10);
  const name = id ?? `${date}-${randomBytes(2).toString('hex')}`;
  const text = `${name} ${randomBytes(secretBytes).toString('base64')}\n${previous}`;
  PoolSecret.parse(text);
  return text;
}
