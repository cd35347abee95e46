import {
  badCount,
  badValue,
  booleanOf,
  defineDirective,
  exactlyOne,
  noArguments,
  oneOf,
  parseNameExpression,
  SERVER_CONTEXTS,
  type DirectiveRow,
  type NameExpression,
} from '@ftpd/config';
import { hostRule, type HostRule } from '../../policy/address-rules.ts';
import { patternArguments, type Pattern } from './pattern.ts';

const module = 'mod_core.c';
const limits = ['<Limit>'] as const;
const wherePathsMatter = [...SERVER_CONTEXTS, '<Anonymous>', '<Directory>', '.ftpaccess'] as const;

function host(word: string): HostRule {
  try {
    return hostRule(word);
  } catch (error) {
    throw badValue(`bad ACL definition: ${(error as Error).message}`);
  }
}

/** Words apart or with commas, after an optional `from`. */
function hostRules(args: readonly string[]): readonly HostRule[] {
  const words = args.flatMap((word) => word.split(',')).filter((word) => word !== '');
  const rules = words[0]?.toLowerCase() === 'from' ? words.slice(1) : words;
  if (rules.length === 0) throw badCount();
  const hasKeyword = rules.some((word) => /^(all|none)$/i.test(word));
  if (hasKeyword && rules.length > 1) throw badValue("'all' and 'none' stand alone");
  return rules.map(host);
}

function hosts(name: 'Allow' | 'Deny', doc: string): DirectiveRow<readonly HostRule[]> {
  return defineDirective({
    name,
    module,
    syntax: `${name} [from] all|none|host|network [...]`,
    contexts: limits,
    repeats: 'all',
    doc,
    parse: hostRules,
  });
}

function names(name: string, usual: 'and' | 'or', doc: string): DirectiveRow<NameExpression> {
  return defineDirective({
    name,
    module,
    syntax: `${name} [AND|OR|regex] name[,name ...]`,
    contexts: limits,
    repeats: 'all',
    doc,
    parse: (args) => parseNameExpression(args, usual),
  });
}

function flag(name: 'AllowAll' | 'DenyAll', doc: string): DirectiveRow<boolean> {
  return defineDirective({
    name,
    module,
    syntax: `${name} [on|off]`,
    contexts: ['<Limit>', '<Directory>', '<Anonymous>', '.ftpaccess'],
    repeats: 'last-wins',
    doc,
    parse: (args, site) => {
      if (args.length === 0) return noArguments(args, site);
      if (args.length > 1) throw badCount();
      const isOn = booleanOf(args[0] ?? '');
      if (isOn === undefined) throw badValue('expected Boolean parameter', 0);
      return isOn;
    },
  });
}

export const allow = hosts('Allow', 'Hosts and networks that may.');
export const deny = hosts('Deny', 'Hosts and networks that may not.');
export const allowAll = flag('AllowAll', 'Everybody may.');
export const denyAll = flag('DenyAll', 'Nobody may.');
export const allowUser = names('AllowUser', 'and', 'Users who may.');
export const denyUser = names('DenyUser', 'and', 'Users who may not.');
export const allowGroup = names('AllowGroup', 'and', 'Members of these groups may.');
export const denyGroup = names('DenyGroup', 'and', 'Members of these groups may not.');
export const allowClass = names('AllowClass', 'or', 'Clients of these classes may.');
export const denyClass = names('DenyClass', 'or', 'Clients of these classes may not.');

export const order = defineDirective({
  name: 'Order',
  module,
  syntax: 'Order allow,deny|deny,allow',
  contexts: limits,
  repeats: 'last-wins',
  doc: 'Which rules are asked first; what neither names is allowed, or with deny,allow denied.',
  parse: (args) => {
    const word = args.join('').toLowerCase();
    if (word !== 'allow,deny' && word !== 'deny,allow')
      throw badValue("invalid argument: must be 'allow,deny' or 'deny,allow'", 0);
    return word;
  },
});

/** As written: a class is compiled as a whole. */
export const from = defineDirective({
  name: 'From',
  module,
  syntax: 'From all|none|[!]host|[!]network [...]',
  contexts: ['<Class>'],
  repeats: 'all',
  doc: 'Clients that are in this class.',
  parse: (args): readonly string[] => {
    const words = args.flatMap((word) => word.split(',')).filter((word) => word !== '');
    if (words.length === 0) throw badCount();
    words.forEach(host);
    return words;
  },
});

export const satisfy = defineDirective({
  name: 'Satisfy',
  module,
  syntax: 'Satisfy any|all',
  contexts: ['<Class>'],
  repeats: 'last-wins',
  defaultValue: 'any' as 'any' | 'all',
  doc: 'Whether one rule of a class is enough.',
  parse: exactlyOne(oneOf('any', 'all')),
});

function filter(name: string, doc: string): DirectiveRow<Pattern | undefined> {
  return defineDirective({
    name,
    module,
    syntax: `${name} pattern [nocase]`,
    contexts: wherePathsMatter,
    repeats: 'last-wins',
    doc,
    parse: patternArguments,
  });
}

export const allowFilter = filter('AllowFilter', 'What the arguments of commands must match.');
export const denyFilter = filter('DenyFilter', 'What the arguments of commands must not match.');
export const pathAllowFilter = filter('PathAllowFilter', 'What the names of new files must match.');
export const pathDenyFilter = filter('PathDenyFilter', 'What the names of new files must not match.');

export const accessRows = [
  allow,
  deny,
  allowAll,
  denyAll,
  allowUser,
  denyUser,
  allowGroup,
  denyGroup,
  allowClass,
  denyClass,
  order,
  from,
  satisfy,
  allowFilter,
  denyFilter,
  pathAllowFilter,
  pathDenyFilter,
];
