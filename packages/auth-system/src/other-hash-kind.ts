/** yescrypt, gost-yescrypt and scrypt as libxcrypt writes them: `$y$PARAMETERS$SALT$DIGEST`, crypt(5). */
const pattern = /^\$(y|gy|7)\$([./0-9A-Za-z]{3,100})(?:\$[./0-9A-Za-z]{0,86})?\$[./0-9A-Za-z]{43}$/;

/**
 * Kind and cost of a hash that crypt(3) of the system can check and @ftpd/auth can't.
 * @returns undefined for all other text.
 */
export function otherHashKind(stored: string): string | undefined {
  const [, scheme, parameters = ''] = pattern.exec(stored) ?? [];
  if (scheme === undefined) return undefined;
  // scrypt has its salt, which differs from hash to hash, behind eleven characters of parameters.
  return `${scheme} ${scheme === '7' ? parameters.slice(0, 11) : parameters}`;
}
