import { readdirSync } from 'node:fs';
import { commandRows, siteTable } from '@ftpd/protocol';
import { describe, expect, it } from 'vitest';
import { handlers } from './handlers.ts';
import { siteHandlers } from './site/handlers.ts';

const filesIn = (folder: string): string[] =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => name.slice(0, -3).toUpperCase());

const ofTls: ReadonlySet<string> = new Set(['AUTH', 'CCC', 'PBSZ', 'PROT']);

describe('handlers', () => {
  it('are there for every implemented row of the command table, and for no other', () => {
    const implemented = commandRows.filter(
      (row) => (row.availability === 'implemented' || ofTls.has(row.verb)) && row.verb !== 'SITE',
    );
    expect(new Set(Object.keys(handlers))).toEqual(new Set(implemented.map((row) => row.verb)));
  });

  it('are there for every row of SITE', () => {
    expect(Object.keys(siteHandlers).sort()).toEqual(Object.keys(siteTable).sort());
  });

  it('have a file each, named for their verb', () => {
    expect(filesIn('.')).toEqual(expect.arrayContaining(Object.keys(handlers)));
    expect(filesIn('site')).toEqual(expect.arrayContaining(Object.keys(siteHandlers)));
  });
});
