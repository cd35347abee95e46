import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defaultChannels, traceChannels } from './channels.ts';

const page = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8');

describe('the channels of the trace', () => {
  it('stand in docs/operations.md with what they tell, and no others do', () => {
    const [, table = ''] = page.split('## Tracing', 2);
    const rows = [...(table.split('## ', 1)[0] ?? '').matchAll(/^\| `(\w+)` \| (.+) \|$/gm)];
    expect(rows.map(([, name, tells]) => ({ name, tells }))).toEqual(traceChannels);
  });

  it('are in the order of their names', () => {
    for (const names of [traceChannels.map(({ name }) => name), defaultChannels])
      expect(names).toEqual(names.toSorted());
  });
});
