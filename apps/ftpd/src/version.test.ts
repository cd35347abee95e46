import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builtInModules, languageModules, moduleListText } from './built-in.ts';
import { ownVersion, settingsText, statusText, versionText } from './version.ts';

describe('what tools parse', () => {
  it('names the version as ProFTPD does, and our own', () => {
    expect(versionText('0.1.0')).toBe('ProFTPD Version 1.3.8 (ftpd 0.1.0)');
    expect(statusText('0.1.0')).toMatch(/^ProFTPD Version: 1\.3\.8 \(ftpd 0\.1\.0\)\n/);
    expect(ownVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });

  it('has the version and the features in the columns of -V', () => {
    const lines = settingsText('0.1.0').split('\n');
    expect(lines[0]).toBe('Compile-time Settings:');
    expect(lines).toContain('  Version: 1.3.8 (ftpd 0.1.0)');
    expect(lines).toContain('    + IPv6 support');
    expect(lines).toContain('      /etc/proftpd/proftpd.conf');
  });

  it('lists the modules as -l does', () => {
    expect(moduleListText().split('\n').slice(0, 3)).toEqual([
      'Compiled-in modules:',
      '  mod_core.c',
      '  mod_xfer.c',
    ]);
  });

  it('lists exactly the modules that there are', () => {
    const files = readdirSync(new URL('modules/', import.meta.url))
      .filter((file) => /^mod_\w+\.ts$/.test(file))
      .map((file) => file.slice(0, -'.ts'.length));
    expect([...files, ...languageModules].sort()).toEqual([...builtInModules].sort());
  });
});
