import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuseServices } from './policy-rc-d.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ftpd-policy-'));
  file = join(folder, 'policy-rc.d');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('refuseServices', () => {
  it('answers 101, "forbidden", and is gone afterwards', () => {
    const allow = refuseServices(file);
    expect(spawnSync(file, ['memcached', 'start']).status).toBe(101);
    allow();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("keeps the administrator's own file, with its mode", () => {
    writeFileSync(file, '#!/bin/sh\nexit 0\n', { mode: 0o750 });
    const allow = refuseServices(file);
    expect(spawnSync(file).status).toBe(101);
    allow();
    allow();
    expect(readFileSync(file, 'utf8')).toBe('#!/bin/sh\nexit 0\n');
    expect(statSync(file).mode & 0o777).toBe(0o750);
    expect(readdirSync(folder)).toEqual(['policy-rc.d']);
  });

  it('mends what a killed run left', () => {
    writeFileSync(file, 'own\n');
    refuseServices(file);
    const allow = refuseServices(file);
    allow();
    expect(readFileSync(file, 'utf8')).toBe('own\n');
    refuseServices(file);
    rmSync(file);
    refuseServices(file)();
    expect(readFileSync(file, 'utf8')).toBe('own\n');
  });

  it('leaves a file alone that somebody wrote meanwhile', () => {
    const allow = refuseServices(file);
    writeFileSync(file, 'new\n');
    allow();
    expect(existsSync(file)).toBe(true);
  });
});
