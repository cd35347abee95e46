/** Text for a cell of a Markdown table; code stays as it is but for the bar, which would end the cell. */
function cell(text: string): string {
  const escaped = text.replaceAll('|', '\\|');
  return text.startsWith('`') ? escaped : escaped.replaceAll('<', '&lt;');
}

/** A Markdown table. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(heads), `| ${heads.map(() => '---').join(' | ')} |`, ...rows.map(line)].join('\n');
}
