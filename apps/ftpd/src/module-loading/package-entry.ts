import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In the order of a package's own `exports`, whichever comes first there. */
const conditions: ReadonlySet<string> = new Set(['node', 'import', 'module-sync', 'default']);

/**
 * The file that `import` of a package loads, as Node.js finds it (its documentation, "Package entry points").
 * @param folder - Where the package's package.json is.
 * @throws an error that says why there is none
 */
export function packageEntry(folder: string): string {
  const description = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly exports?: unknown;
    readonly main?: unknown;
  };
  const { exports, main } = description;
  const target =
    exports === undefined ? (typeof main === 'string' ? main : 'index.js') : chosen(rootOf(exports));
  if (target === undefined) throw new Error('its package.json exports nothing that can be imported');
  const entry = join(folder, target);
  if (!entry.startsWith(`${folder}/`)) throw new Error('its package.json leads out of the package');
  return entry;
}

/** `exports` is a table of subpaths, or that of `.` itself. */
function rootOf(exports: unknown): unknown {
  return isTable(exports) && '.' in exports ? exports['.'] : exports;
}

function chosen(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (Array.isArray(target)) return chosen(target[0]);
  if (!isTable(target)) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const found = conditions.has(condition) ? chosen(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
