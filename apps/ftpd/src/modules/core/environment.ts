import { badCount, defineDirective, exactlyOne, SERVER_CONTEXTS, text } from '@ftpd/config';

const module = 'mod_core.c';

export const setEnv = defineDirective({
  name: 'SetEnv',
  module,
  syntax: 'SetEnv name value',
  contexts: SERVER_CONTEXTS,
  repeats: 'all',
  doc: 'Sets a variable in the environment of the daemon, such as TZ.',
  parse: (args): readonly [name: string, value: string] => {
    const [name, value] = args;
    if (name === undefined || value === undefined) throw badCount('missing parameters');
    if (args.length > 2) throw badCount();
    return [name, value];
  },
});

export const unsetEnv = defineDirective({
  name: 'UnsetEnv',
  module,
  syntax: 'UnsetEnv name',
  contexts: SERVER_CONTEXTS,
  repeats: 'all',
  doc: 'Removes a variable from the environment of the daemon.',
  parse: exactlyOne(text),
});

export const environmentRows = [setEnv, unsetEnv];
