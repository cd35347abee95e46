import { commandReference } from './commands.ts';
import { differenceReference } from './differences.ts';
import { directiveReference } from './directives.ts';

/** The pages of `docs/` that are made from tables. */
export const pages: Readonly<Record<string, () => string>> = {
  'commands.md': commandReference,
  'differences.md': differenceReference,
  'directives.md': directiveReference,
};
