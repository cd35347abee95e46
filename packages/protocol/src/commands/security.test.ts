import { describe, expect, it } from 'vitest';
import { isProtocolError } from '../errors.ts';
import { securityCommands } from './security.ts';

function refusal(verb: 'AUTH' | 'PBSZ' | 'PROT', text: string): string {
  try {
    securityCommands[verb].argument.parse(text, verb);
  } catch (error) {
    if (isProtocolError(error)) return `${error.reply.code} ${error.reply.lines.join()}`;
    throw error;
  }
  return 'none';
}

describe('AUTH', () => {
  it.each([
    ['TLS', 'TLS'],
    ['tls-c', 'TLS-C'],
    [' ssl  more', 'SSL'],
  ])('reads %j as %s', (text, mechanism) => {
    expect(securityCommands.AUTH.argument.parse(text, 'AUTH')).toBe(mechanism);
  });

  it.each(['', '  '])('needs a mechanism: %j', (text) => {
    expect(refusal('AUTH', text)).toBe('504 AUTH requires at least one argument');
  });
});

describe('PBSZ and PROT', () => {
  it.each(['PBSZ', 'PROT'] as const)('%s takes one word', (verb) => {
    for (const text of ['', ' ', '0 1', 'P C'])
      expect(refusal(verb, text)).toBe('501 Invalid number of parameters');
  });

  it.each(['C', 'S', 'E', 'P'])('knows the level %s', (level) => {
    expect(securityCommands.PROT.argument.parse(level, 'PROT')).toBe(level);
  });

  it.each(['X', 'p', 'PP'])('knows no level %s', (level) => {
    expect(refusal('PROT', level)).toBe(`504 PROT ${level} unsupported`);
  });
});
