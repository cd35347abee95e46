import { describe, expect, it } from 'vitest';
import { privilegeProblem } from './own-privileges.ts';

const fine: Readonly<Record<string, string>> = {
  Uid: '65534\t65534\t65534\t65534',
  Gid: '65534\t65534\t65534\t65534',
  Groups: '65534 ',
  CapInh: '00000000000000c0',
  CapPrm: '00000000000000c0',
  CapEff: '00000000000000c0',
  CapBnd: '00000000000000c0',
  CapAmb: '00000000000000c0',
  NoNewPrivs: '1',
};
const statusOf = (fields: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}:\t${value}\n`)
    .join('');

describe('the privileges of a server', () => {
  it('are those that the keeper gave it', () => {
    expect(privilegeProblem(statusOf(fine))).toBeUndefined();
  });

  it.each([
    ['Uid', '65534\t0\t65534\t65534'],
    ['Gid', '0\t65534\t65534\t65534'],
    ['Groups', '65534 0 '],
    ['CapInh', '0000000000000000'],
    ['CapPrm', '00000000000000c2'],
    ['CapEff', '0000000000000000'],
    ['CapBnd', '000001ffffffffff'],
    ['CapAmb', '0000000000000000'],
    ['NoNewPrivs', '0'],
    ['NoNewPrivs', undefined],
  ])('are wrong with %s: %j', (field, value) => {
    expect(privilegeProblem(statusOf({ ...fine, [field]: value }))).toMatch(new RegExp(`^${field} is`));
  });
});
