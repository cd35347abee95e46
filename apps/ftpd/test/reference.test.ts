import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pages } from './reference/pages.ts';

describe('the reference', () => {
  it.each(Object.entries(pages))('docs/%s is what the tables say; `npm run docs` makes it', (name, make) => {
    expect(readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')).toBe(make());
  });
});
