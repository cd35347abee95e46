/** Whether `text` holds a character that `matchGlob` treats as a wildcard. */
export function hasWildcard(text: string): boolean {
  return /[*?[]/u.test(text);
}

/**
 * Whether the whole of `text` matches a shell pattern: `*`, `?`, `[a-z]`, `[!a]`, `\x`. Time is at most the product of
 * both lengths.
 * @param isPath - `*`, `?` and sets do not match `/`. Default: they do.
 */
export function matchGlob(pattern: string, text: string, isPath: boolean = false): boolean {
  let inPattern = 0;
  let inText = 0;
  let starInPattern = -1;
  let starInText = 0;
  while (inText < text.length) {
    if (pattern[inPattern] === '*') {
      starInPattern = inPattern;
      starInText = inText;
      inPattern += 1;
      continue;
    }
    const next = matchOne(pattern, inPattern, text[inText] ?? '', isPath);
    if (next > 0) {
      inPattern = next;
      inText += 1;
      continue;
    }
    if (starInPattern < 0 || (isPath && text[starInText] === '/')) return false;
    starInText += 1;
    inPattern = starInPattern + 1;
    inText = starInText;
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}

/** @returns the place after the pattern element that matches `character`; 0 if it does not. */
function matchOne(pattern: string, at: number, character: string, isPath: boolean): number {
  const element = pattern[at];
  if (element === undefined) return 0;
  if (element === '?') return isPath && character === '/' ? 0 : at + 1;
  if (element === '\\' && at + 1 < pattern.length) return pattern[at + 1] === character ? at + 2 : 0;
  if (element === '[') {
    const end = setEnd(pattern, at);
    if (end > 0)
      return !(isPath && character === '/') && inSet(pattern.slice(at + 1, end), character) ? end + 1 : 0;
  }
  return element === character ? at + 1 : 0;
}

/** @returns the place of the `]` that closes the set; 0 if none does, and `[` is an ordinary character. */
function setEnd(pattern: string, open: number): number {
  const first = pattern[open + 1] === '!' || pattern[open + 1] === '^' ? open + 2 : open + 1;
  const end = pattern.indexOf(']', first + 1);
  return end < 0 ? 0 : end;
}

function inSet(set: string, character: string): boolean {
  const isNegated = set[0] === '!' || set[0] === '^';
  let found = false;
  for (let at = isNegated ? 1 : 0; at < set.length; at += 1) {
    const low = set[at] ?? '';
    if (set[at + 1] === '-' && at + 2 < set.length) {
      found ||= low <= character && character <= (set[at + 2] ?? '');
      at += 2;
    } else {
      found ||= low === character;
    }
  }
  return found !== isNegated;
}
