import { badCount, badValue, defineDirective, nearest, type DirectiveRow } from '@ftpd/config';
import type { ControlsAcl } from '@ftpd/module';

export interface AclRowOptions {
  /** `BanControlsACLs`. */
  readonly name: string;
  /** `mod_ban.c`. */
  readonly module: string;
  /** The actions that it can be about. */
  readonly actions: readonly string[];
}

/** A directive that says who may ask for the actions of one module: `NAME actions|all allow|deny user|group list`. */
export function controlsAclRow({ name, module, actions }: AclRowOptions): DirectiveRow<ControlsAcl> {
  return defineDirective({
    name,
    module,
    syntax: `${name} actions|all allow|deny user|group list`,
    contexts: ['server config'],
    repeats: 'all',
    doc: `Who may ask for ${actions.join(', ')} with ftpdctl: users or groups of the machine, \`*\` for everybody. Nobody may who is not allowed, not even root; what a user line or a group line allows is allowed.`,
    parse: (args) => {
      const [actionList = '', access, of, ...names] = args;
      if (names.length === 0) throw badCount('missing parameters');
      return {
        actions: actionsOf(actionList, actions),
        access: oneOf(access, ['allow', 'deny'], 1, "second parameter must be 'allow' or 'deny'"),
        of: oneOf(of, ['user', 'group'], 2, "third parameter must be 'user' or 'group'"),
        names: listOf(names[0]),
      };
    },
  });
}

function actionsOf(list: string, known: readonly string[]): ControlsAcl['actions'] {
  const words = listOf(list).map((word) => word.toLowerCase());
  if (words.includes('all')) return 'all';
  for (const word of words) {
    if (known.includes(word)) continue;
    const meant = nearest(word, known);
    throw badValue(
      `: unknown action: '${word}'`,
      0,
      meant === undefined ? `known: ${known.join(', ')}` : `did you mean '${meant}'?`,
    );
  }
  return words;
}

/** The words of a list that commas separate. */
export function listOf(text: string = ''): readonly string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** The word at `index` if it is one of those that may stand there; case counts, as in ProFTPD. */
export function oneOf<Word extends string>(
  word: string | undefined,
  words: readonly Word[],
  index: number,
  sentence: string,
): Word {
  const found = words.find((candidate) => candidate === word);
  if (found === undefined) throw badValue(sentence, index, `write ${words.join(' or ')}`);
  return found;
}
