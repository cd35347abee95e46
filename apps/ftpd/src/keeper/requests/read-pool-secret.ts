import { readFile } from 'node:fs/promises';
import { readPoolSecretFile } from '@ftpd/cache';
import { poolSecretFileRow } from '../../cache/pool-secret-row.ts';
import { readFields, type Fields } from '../checks.ts';
import { KeeperError } from '../keeper-error.ts';
import { configuredValues, type KeeperRequest } from '../request.ts';

const fields = { path: 'path' } as const;

/** What reading came to: the file's text, or why it is not to be used. */
export type PoolSecretAnswer = { readonly text: string } | { readonly problem: string };

/** Reads PoolSecretFile, which root alone may: the path of the configuration and no other. */
export const readPoolSecretRequest: KeeperRequest<Fields<typeof fields>, PoolSecretAnswer> = {
  name: 'read-pool-secret',
  deadlineMs: 5000,
  maxParallel: 4,
  check: (input) => readFields(input, fields),
  async handle({ path }, keeper) {
    if (!configuredValues(keeper, poolSecretFileRow).includes(path))
      throw new KeeperError('KEEPER_REFUSED', path);
    try {
      await readPoolSecretFile(path);
      return { value: { text: await readFile(path, 'latin1') } };
    } catch (error) {
      return { value: { problem: error instanceof Error ? error.message : String(error) } };
    }
  },
};
