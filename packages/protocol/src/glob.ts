import { ProtocolError } from './errors.ts';
import { reply } from './replies/reply.ts';

/** A compiled pattern for one component of a path. */
export interface Glob {
  /** Whether the whole name matches. Time is at most proportional to pattern length × name length. */
  matches(name: string): boolean;
}

type Token =
  | { readonly kind: 'literal'; readonly character: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'star' }
  | { readonly kind: 'set'; readonly contains: (character: string) => boolean };

/** The longest pattern, in UTF-16 units. */
export const MAX_PATTERN_LENGTH = 1024;
/** How many components of a path may hold wildcards: `*\/..\/*\/..\/*` would multiply the work with each one. */
export const MAX_WILDCARD_COMPONENTS = 5;

/**
 * Whether the text is a pattern at all: holds `*`, `?` or a closed `[…]` that no backslash escapes. Braces are ordinary
 * characters, as in ProFTPD. A text that is none is a name as it stands, backslashes included.
 */
export function hasWildcards(text: string): boolean {
  return tokenise(text.slice(0, MAX_PATTERN_LENGTH)).some(({ kind }) => kind !== 'literal');
}

/**
 * Compiles `*` (any run), `?` (any one), `[a-z]`, `[!x]`, `[^x]`, `[[:alpha:]]` and `\` (the next as it is).
 * A dot at the start of a name has to be written out.
 * @throws {ProtocolError} PROTO_PATTERN_TOO_LONG beyond MAX_PATTERN_LENGTH.
 */
export function compileGlob(pattern: string): Glob {
  refuseLong(pattern.length > MAX_PATTERN_LENGTH);
  const tokens = tokenise(pattern);
  const isDotWritten = tokens[0]?.kind === 'literal' && tokens[0].character === '.';
  return {
    matches: (name) => (isDotWritten || !name.startsWith('.')) && matchTokens(tokens, Array.from(name)),
  };
}

/** A path cut at its slashes; the walker opens literal components and lists the directories of the others. */
export interface GlobPlan {
  readonly isAbsolute: boolean;
  /** Whether the path ended with a slash: only directories match. */
  readonly isDirectoryWanted: boolean;
  readonly components: readonly GlobComponent[];
}

export type GlobComponent =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pattern'; readonly glob: Glob };

/**
 * Splits a path with patterns into what a walker does step by step.
 * @throws {ProtocolError} PROTO_PATTERN_TOO_LONG for more than MAX_PATTERN_LENGTH or MAX_WILDCARD_COMPONENTS.
 */
export function planGlob(path: string): GlobPlan {
  refuseLong(path.length > MAX_PATTERN_LENGTH);
  const components = path
    .split('/')
    .filter((part) => part !== '')
    .map((part): GlobComponent =>
      hasWildcards(part) ? { kind: 'pattern', glob: compileGlob(part) } : { kind: 'name', name: part },
    );
  refuseLong(components.filter(({ kind }) => kind === 'pattern').length > MAX_WILDCARD_COMPONENTS);
  return { isAbsolute: path.startsWith('/'), isDirectoryWanted: path.endsWith('/'), components };
}

function refuseLong(isTooLong: boolean): void {
  if (isTooLong) throw new ProtocolError('PROTO_PATTERN_TOO_LONG', reply(450, 'Pattern too long'));
}

function tokenise(pattern: string): readonly Token[] {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] ?? '';
    const set = character === '[' ? readSet(characters, at + 1) : undefined;
    if (set !== undefined) {
      tokens.push({ kind: 'set', contains: set.contains });
      at = set.end;
    } else if (character === '*') {
      if (tokens.at(-1)?.kind !== 'star') tokens.push({ kind: 'star' });
    } else if (character === '?') {
      tokens.push({ kind: 'any' });
    } else if (character === '\\' && at + 1 < characters.length) {
      at += 1;
      tokens.push({ kind: 'literal', character: characters[at] ?? '' });
    } else {
      tokens.push({ kind: 'literal', character });
    }
  }
  return tokens;
}

/** The classes of POSIX, for ASCII: what a letter is must not depend on the server's language. */
const characterClasses: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z\d]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  digit: /\d/,
  lower: /[a-z]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[\dA-Fa-f]/,
};

/** Reads a set from after its `[`. @returns undefined when nothing closes it: then `[` is an ordinary character. */
function readSet(
  characters: readonly string[],
  start: number,
): { readonly contains: (character: string) => boolean; readonly end: number } | undefined {
  const isNegated = characters[start] === '!' || characters[start] === '^';
  const first = isNegated ? start + 1 : start;
  const items: ((character: string) => boolean)[] = [];
  let at = first;
  // A `]` right at the start is a member.
  for (; at < characters.length && (characters[at] !== ']' || at === first); at += 1) {
    const named =
      characters[at] === '[' && characters[at + 1] === ':' ? readClassName(characters, at + 2) : undefined;
    if (named !== undefined) {
      const expression = Object.hasOwn(characterClasses, named.name)
        ? characterClasses[named.name]
        : undefined;
      items.push((character) => expression?.test(character) ?? false);
      at = named.end;
      continue;
    }
    if (characters[at] === '\\' && at + 1 < characters.length) at += 1;
    const low = characters[at] ?? '';
    if (characters[at + 1] === '-' && characters[at + 2] !== undefined && characters[at + 2] !== ']') {
      at += characters[at + 2] === '\\' && characters[at + 3] !== undefined ? 3 : 2;
      const high = characters[at] ?? '';
      items.push((character) => codeOf(low) <= codeOf(character) && codeOf(character) <= codeOf(high));
    } else {
      items.push((character) => character === low);
    }
  }
  if (at >= characters.length) return undefined;
  return { contains: (character) => items.some((item) => item(character)) !== isNegated, end: at };
}

function readClassName(
  characters: readonly string[],
  start: number,
): { readonly name: string; readonly end: number } | undefined {
  const end = characters.indexOf(':', start);
  if (end === -1 || end - start > 10 || characters[end + 1] !== ']') return undefined;
  return { name: characters.slice(start, end).join(''), end: end + 1 };
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? -1;
}

/**
 * Only the last star is ever taken up again: what earlier ones took can stay, so the time is the product of the
 * lengths, never more (https://research.swtch.com/glob).
 */
function matchTokens(tokens: readonly Token[], name: readonly string[]): boolean {
  let token = 0;
  let at = 0;
  let afterStar = -1;
  let retryAt = 0;
  while (at < name.length) {
    const current = tokens[token];
    if (current?.kind === 'star') {
      afterStar = token + 1;
      retryAt = at;
      token = afterStar;
    } else if (current !== undefined && matchesOne(current, name[at] ?? '')) {
      token += 1;
      at += 1;
    } else if (afterStar !== -1) {
      retryAt += 1;
      at = retryAt;
      token = afterStar;
    } else {
      return false;
    }
  }
  return token === tokens.length || (token === tokens.length - 1 && tokens[token]?.kind === 'star');
}

function matchesOne(token: Token, character: string): boolean {
  if (token.kind === 'literal') return token.character === character;
  return token.kind === 'any' || (token.kind === 'set' && token.contains(character));
}
