import { isStorageError } from '@ftpd/storage';
import { createPrivilegedStorage } from '@ftpd/storage-local';

/** Prints what comes of making a storage in a process without privilege. */
const result = await createPrivilegedStorage().then(
  () => 'made',
  (error: unknown) =>
    isStorageError(error) ? { code: error.code, cause: String(error.cause) } : String(error),
);
process.stdout.write(JSON.stringify(result));
