import { badCount, booleanOf, defineDirective, exactlyOne, many, SERVER_CONTEXTS, text } from '@ftpd/config';
import { defineModule, type FtpdModule } from '@ftpd/module';
import { switchRow } from './switch-row.ts';

const module = 'mod_lang.c';

export const langEngine = switchRow({
  name: 'LangEngine',
  module,
  contexts: SERVER_CONTEXTS,
  defaultValue: true,
  doc: 'Whether FEAT names LANG and UTF8; replies are in English.',
});

const langDefault = defineDirective({
  name: 'LangDefault',
  module,
  syntax: 'LangDefault language',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'Accepted; replies are in English.',
  parse: (args, site) => {
    const language = exactlyOne(text)(args, site);
    if (!/^en/i.test(language)) site.warn(`${language} has no effect: replies are in English`);
    return language;
  },
});

const langOptions = defineDirective({
  name: 'LangOptions',
  module,
  syntax: 'LangOptions option ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  doc: 'Accepted; names are UTF-8 whatever the client asks for.',
  parse: (args, site) => {
    const options = many(text)(args, site);
    site.warn(`${options.join(' ')} has no effect here`);
    return options;
  },
});

/** Names are bytes that are shown as UTF-8 where they are UTF-8; other character sets are not converted. */
export const useEncoding = defineDirective({
  name: 'UseEncoding',
  module,
  syntax: 'UseEncoding on|off|local-charset client-charset',
  contexts: SERVER_CONTEXTS,
  repeats: 'last-wins',
  doc: 'Whether FEAT names UTF8; names go through as the bytes that they are.',
  parse: (args, site): boolean => {
    if (args.length < 1 || args.length > 2) throw badCount();
    const isOn = args.length === 1 ? booleanOf(args[0] ?? '') : undefined;
    if (isOn !== undefined) return isOn;
    if (!args.every((charset) => /^utf-?8$/i.test(charset)))
      site.warn('converts nothing here: names go through as they are');
    return true;
  },
});

/** Character sets and languages. */
export const modLang: FtpdModule = defineModule({
  name: 'mod_lang',
  apiVersion: 1,
  directives: [langEngine, langDefault, langOptions, useEncoding],
});
