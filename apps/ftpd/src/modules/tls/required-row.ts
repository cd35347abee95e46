import { badValue, booleanOf, defineDirective, one, SERVER_CONTEXTS, type DefaultedRow } from '@ftpd/config';

/** What TLSRequired demands. `login`: until the login is done; the client may clear the control connection after it. */
export interface TlsRequirement {
  readonly control: 'optional' | 'login' | 'always';
  readonly data: 'optional' | 'required' | 'forbidden';
}

const none: TlsRequirement = { control: 'optional', data: 'optional' };
const both: TlsRequirement = { control: 'always', data: 'required' };

const requirements: Readonly<Record<string, TlsRequirement>> = {
  ctrl: { control: 'always', data: 'optional' },
  'ctrl+data': both,
  'ctrl+!data': { control: 'always', data: 'forbidden' },
  data: { control: 'optional', data: 'required' },
  '!data': { control: 'optional', data: 'forbidden' },
  auth: { control: 'login', data: 'optional' },
  'auth+data': { control: 'login', data: 'required' },
  'auth+!data': { control: 'login', data: 'forbidden' },
};

export const tlsRequired: DefaultedRow<TlsRequirement> = defineDirective({
  name: 'TLSRequired',
  module: 'mod_tls.c',
  syntax: 'TLSRequired on|off|ctrl|[!]data|auth|auth+[!]data|ctrl+[!]data',
  contexts: [...SERVER_CONTEXTS, '<Anonymous>', '<Directory>', '.ftpaccess'],
  repeats: 'first-wins',
  defaultValue: none,
  doc: 'Which connections must be encrypted: both (`on`), the control connection (`ctrl`) or only its login (`auth`), data; `!data` refuses encrypted data.',
  parse: one((word): TlsRequirement => {
    const isOn = booleanOf(word);
    if (isOn !== undefined) return isOn ? both : none;
    const requirement = Object.hasOwn(requirements, word) ? requirements[word] : undefined;
    if (requirement === undefined)
      throw badValue('bad parameter', undefined, `known: on, off, ${Object.keys(requirements).join(', ')}`);
    return requirement;
  }),
});
