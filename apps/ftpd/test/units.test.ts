import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseArguments } from '../src/argv.ts';

const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
const units = [...page.matchAll(/^```ini\n(.*?)^```$/gms)].map(([, text = '']) => text);

/** Settings by `Section.Key`. @throws {Error} for a line that is none of a unit file. */
function parseUnit(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const header = /^\[(Unit|Service|Install)\]$/.exec(line);
    const setting = /^([A-Z]\w+)=(.+)$/.exec(line);
    if (header !== null) section = header[1] ?? '';
    else if (setting === null || section === '') throw new Error(`no line of a unit: ${line}`);
    else settings.set(`${section}.${setting[1]}`, setting[2] ?? '');
  }
  return settings;
}

describe('the units of docs/operations.md', () => {
  it('are there: one with a keeper, one without', () => {
    expect(units.map((unit) => parseUnit(unit).has('Service.User'))).toEqual([false, true]);
  });

  it.each(units)('are told by this daemon what they wait for: %#', (text) => {
    const unit = parseUnit(text);
    expect(unit.get('Service.Type')).toBe('notify-reload');
    expect(Number(unit.get('Service.WatchdogSec'))).toBeGreaterThan(0);
    expect(unit.get('Install.WantedBy')).toBe('multi-user.target');
    const [program, ...args] = (unit.get('Service.ExecStart') ?? '').split(' ');
    expect(program).toMatch(/^\/.*\/ftpd$/);
    expect(parseArguments(args, '/')).toMatchObject({
      kind: 'run',
      options: { isForeground: true, isQuiet: true, configFile: '/etc/proftpd/proftpd.conf' },
    });
  });
});
