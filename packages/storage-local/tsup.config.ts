import { preset } from '../../tsup.base.ts';

// The threads' program is a file of its own beside index; `shims` gives the CommonJS build an import.meta.url.
export default preset(
  { index: 'src/index.ts', 'storage-worker': 'src/worker/storage-worker.ts' },
  { shims: true, external: ['@ftpd/posix'] },
);
