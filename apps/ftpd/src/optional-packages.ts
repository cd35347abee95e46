import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);

/** Whether a package is there that the daemon can do without. */
export function isInstalled(name: string): boolean {
  try {
    resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
}
