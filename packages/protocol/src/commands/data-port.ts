import { parseEprt, parseEpsv, parsePort, type Endpoint, type EpsvArgument } from '../data-port/endpoint.ts';
import { none, words, wrongCount } from './arguments.ts';
import { defineCommand, type ArgumentSyntax, type CommandRow } from './row.ts';

export interface DataPortCommands {
  readonly PORT: CommandRow<Endpoint>;
  readonly PASV: CommandRow<void>;
  readonly EPRT: CommandRow<Endpoint>;
  readonly EPSV: CommandRow<EpsvArgument>;
}

function oneWord(syntax: string, parse: (word: string) => Endpoint): ArgumentSyntax<Endpoint> {
  return {
    syntax,
    parse: (text) => {
      const [word, ...more] = words(text);
      return word === undefined || more.length > 0 ? wrongCount() : parse(word);
    },
  };
}

export const dataPortCommands: DataPortCommands = {
  PORT: defineCommand({
    verb: 'PORT',
    rfc: 'RFC 959 §4.1.2',
    argument: oneWord('<sp> h1,h2,h3,h4,p1,p2', parsePort),
    help: '<sp> h1,h2,h3,h4,p1,p2',
  }),
  PASV: defineCommand({
    verb: 'PASV',
    rfc: 'RFC 959 §4.1.2',
    argument: none,
    help: '(returns address/port)',
  }),
  EPRT: defineCommand({
    verb: 'EPRT',
    rfc: 'RFC 2428 §2',
    argument: oneWord('<sp> |proto|addr|port|', parseEprt),
    feat: 'EPRT',
    help: '<sp> |proto|addr|port|',
  }),
  EPSV: defineCommand({
    verb: 'EPSV',
    rfc: 'RFC 2428 §3',
    argument: { syntax: '[<sp> 1|2|ALL]', parse: parseEpsv },
    feat: 'EPSV',
    help: '(returns port |||port|)',
  }),
};
