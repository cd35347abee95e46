import { findOption, reply, texts, type OptsArgumentOf, type OptsName, type Reply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';
import type { Session } from '../session.ts';

type OptionHandlers = { readonly [N in OptsName]: (session: Session, argument: OptsArgumentOf<N>) => Reply };

const options: OptionHandlers = {
  // Names are bytes to the server either way; clients only want to hear yes.
  UTF8: (_session, isOn) => reply(200, `UTF8 set to ${isOn ? 'on' : 'off'}`),
  MLST: (session, facts) => {
    session.parameters.facts = facts;
    const list = facts.map((fact) => `${fact};`).join('');
    return reply(200, `MLST OPTS ${list}`);
  },
};

/** RFC 2389 §4 */
export const opts: Handler<'OPTS'> = (session, { name, text }) => {
  const row = findOption(name);
  if (!row) return texts.unknownOption(name);
  const run = options[row.verb] as (session: Session, argument: unknown) => Reply;
  return run(session, row.argument.parse(text, name));
};
