import { join } from 'node:path';
import { REPOSITORY } from './ftpd.ts';

/** The versions of Node.js that packages are tested with: the oldest and the newest besides the tests' own. */
export const OTHER_NODE_VERSIONS = [22, 26] as const;

/** The program of another version of Node.js, which npm installed. */
export function nodeProgram(version: (typeof OTHER_NODE_VERSIONS)[number]): string {
  return join(REPOSITORY, 'node_modules', `node-${version}-linux-${process.arch}`, 'bin', 'node');
}
