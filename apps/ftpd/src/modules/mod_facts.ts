import { defineDirective, keywords, SERVER_CONTEXTS } from '@ftpd/config';
import { defineModule, type FtpdModule } from '@ftpd/module';
import { halfSwitchRow } from './switch-row.ts';

const module = 'mod_facts.c';

const factsAdvertise = halfSwitchRow(
  {
    name: 'FactsAdvertise',
    module,
    contexts: SERVER_CONTEXTS,
    defaultValue: true,
    doc: 'Accepted; FEAT always names MLST.',
  },
  { position: false, sentence: 'off has no effect: FEAT names MLST' },
);

const factsOptions = defineDirective({
  name: 'FactsOptions',
  module,
  syntax: 'FactsOptions option ...',
  contexts: SERVER_CONTEXTS,
  repeats: 'first-wins',
  doc: 'Accepted; MLSD and MLST show links and names as they do without options.',
  parse: (args, site) => {
    const options = keywords(
      'FactsOption',
      'UseSlink',
      'AdjustedSymlinks',
      'NoNames',
      'NoAdjustedSymlinks',
    )(args, site);
    site.warn(`${[...options].join(' ')} has no effect here`);
    return options;
  },
});

/** MLSD, MLST, MFMT and MFF; they are commands of the server. */
export const modFacts: FtpdModule = defineModule({
  name: 'mod_facts',
  apiVersion: 1,
  directives: [factsAdvertise, factsOptions],
});
