/**
 * The lines of an account file, without their ends. Comments, blank lines and lines that are no entries keep their
 * place and their bytes.
 */
export function splitLines(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

export function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Where the entry of a name is: the first one counts for the server. -1: nowhere. */
export function findEntry(lines: readonly string[], name: string): number {
  return lines.findIndex((line) => line.startsWith(`${name}:`) && !line.startsWith('#'));
}

export function fieldsOf(line: string): readonly string[] {
  return line.split(':');
}

/** Puts fields into an entry, by position; missing ones between become empty. */
export function withFields(line: string, changes: Readonly<Record<number, string>>, count: number): string {
  const fields = [...fieldsOf(line)];
  const length = Math.max(fields.length, count);
  return Array.from({ length }, (_, at) => changes[at] ?? fields[at] ?? '').join(':');
}

/** Removes every entry of a name: else the next one would come into force. */
export function withoutEntries(lines: readonly string[], name: string): readonly string[] {
  return lines.filter((line) => findEntry([line], name) < 0);
}
