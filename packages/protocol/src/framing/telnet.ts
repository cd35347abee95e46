/** The bytes of the Telnet protocol that mean something on a control connection (RFC 854, RFC 1123 §4.1.2.10). */
export const telnet = {
  IAC: 255,
  DONT: 254,
  DO: 253,
  WONT: 252,
  WILL: 251,
} as const;

/** Commands without an option, by byte. EC and EL are not line editing here: no client sends them. */
const commandNames = {
  241: 'NOP',
  242: 'DM',
  243: 'BRK',
  244: 'IP',
  245: 'AO',
  246: 'AYT',
  247: 'EC',
  248: 'EL',
  249: 'GA',
} as const;

export type TelnetCommand = (typeof commandNames)[keyof typeof commandNames];

export function telnetCommand(byte: number): TelnetCommand | undefined {
  return commandNames[byte as keyof typeof commandNames];
}

/** Refuses an offered or requested option: WILL and WONT get DONT, DO and DONT get WONT, as ProFTPD does. */
export function refuseOption(command: number, option: number): Uint8Array {
  const isOffer = command === telnet.WILL || command === telnet.WONT;
  return Uint8Array.of(telnet.IAC, isOffer ? telnet.DONT : telnet.WONT, option);
}
