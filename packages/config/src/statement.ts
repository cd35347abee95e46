import type { SourceLine } from './source-lines.ts';
import type { DirectiveNode } from './tree.ts';
import { substituteEnvironment, type Environment, type Word } from './words.ts';

/** What a line says: a directive, the opening of a section, or its closing. The node's name has no brackets. */
export interface Statement {
  readonly kind: 'directive' | 'open' | 'close';
  readonly node: DirectiveNode;
}

/**
 * Reads the words of a line. A line is about a section if it begins with `<` and its last word ends with `>`; otherwise
 * it is a directive, whatever its name looks like.
 * @param words - At least one.
 */
export function readStatement(
  words: readonly [Word, ...Word[]],
  line: SourceLine,
  environment: Environment,
): Statement {
  const [first] = words;
  const last = words.at(-1) ?? first;
  const isSection =
    !first.isQuoted &&
    first.text.startsWith('<') &&
    first.text.length > 1 &&
    !last.isQuoted &&
    last.text.endsWith('>');
  const kept = isSection ? withoutLastCharacter(words) : words;
  const name = substituteEnvironment(kept[0]?.text ?? '', environment);
  const kind = !isSection ? 'directive' : name.startsWith('</') ? 'close' : 'open';
  const bare = name.slice({ directive: 0, open: 1, close: 2 }[kind]);
  const rest = kept.slice(1);
  return {
    kind,
    node: {
      kind: 'directive',
      name: bare,
      key: bare.toLowerCase(),
      args: rest.map(({ text }) => substituteEnvironment(text, environment)),
      argPositions: rest.map(({ offset }) => line.at(offset)),
      ...line.at(first.offset),
    },
  };
}

function withoutLastCharacter(words: readonly Word[]): readonly Word[] {
  const others = words.slice(0, -1);
  return words.slice(-1).reduce<readonly Word[]>((kept, last) => {
    const text = last.text.slice(0, -1);
    return text === '' ? kept : [...kept, { ...last, text }];
  }, others);
}
