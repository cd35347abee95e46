/** Lines of a data connection's text: each must end in CRLF. */
function linesOf(text: string): readonly string[] {
  if (text === '') return [];
  if (!text.endsWith('\r\n'))
    throw new Error(`listing without CRLF at its end: ${JSON.stringify(text.slice(-40))}`);
  return text.slice(0, -2).split('\r\n');
}

const LONG =
  /^([-dlbcps][-rwxsStT]{9}) +(\d+) (.{8,}?) (.{8,}?) +([\d.]+[kMGT]?) ([A-Z][a-z]{2} [ \d]\d (?: \d{4}|\d\d:\d\d)) (.+)$/s;

/** A long listing line as `MODE SIZE NAME`; folders and links without their size, which depends on the file system. */
function longEntry(line: string): string {
  const match = LONG.exec(line);
  if (match === null) return line;
  const [, mode = '', , , , size = '', , name = ''] = match;
  return mode.startsWith('d') ? `${mode} ${name}` : `${mode} ${size} ${name}`;
}

/** LIST and its kin: columns checked, what changes with machine and moment left out. Lines that are no entry stay. */
export function normaliseListing(text: string): readonly string[] {
  return linesOf(text).map(longEntry);
}

/** NLST: names in a stable order, because ProFTPD gives them as the file system does. */
export function normaliseNames(text: string): readonly string[] {
  return linesOf(text).toSorted();
}

const DATED = '2024';

/** One line of MLSD or MLST as `NAME type=…;size=…;modify=…`: size of files only, dates of fixtures only. */
export function normaliseFacts(line: string): string {
  const space = line.indexOf(' ');
  const entries = line
    .slice(0, space)
    .split(';')
    .filter((fact) => fact !== '')
    .map(
      (fact) => [fact.slice(0, fact.indexOf('=')).toLowerCase(), fact.slice(fact.indexOf('=') + 1)] as const,
    );
  const facts = new Map(entries);
  const kept = [
    `type=${facts.get('type')}`,
    ...(facts.get('type') === 'file' ? [`size=${facts.get('size')}`] : []),
    ...(facts.get('modify')?.startsWith(DATED) ? [`modify=${facts.get('modify')}`] : []),
  ];
  return `${line.slice(space + 1)} ${kept.join(';')}`;
}

/** MLSD: entries in a stable order. */
export function normaliseMachineListing(text: string): readonly string[] {
  return linesOf(text).map(normaliseFacts).toSorted();
}
