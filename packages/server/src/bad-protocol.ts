/** First words of other protocols' clients: HTTP, SMTP, SSH. One of them ends the session (cross-protocol attacks). */
const foreignWords: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PROPFIND',
  'PUT',
  'TRACE',
  'DATA',
  'EHLO',
  'EXPN',
  'HELO',
  'MAIL',
  'RCPT',
  'RSET',
  'VRFY',
]);

export function isForeignProtocol(verb: string): boolean {
  return foreignWords.has(verb) || verb.startsWith('SSH-2.0-') || verb.startsWith('SSH-1.99-');
}
