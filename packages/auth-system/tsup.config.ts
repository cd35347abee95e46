import { preset } from '../../tsup.base.ts';

// Processes and threads have programs of their own beside index; `shims` gives the CommonJS build an import.meta.url.
export default preset(
  {
    index: 'src/index.ts',
    'account-worker': 'src/account-worker.ts',
    'crypt-worker': 'src/crypt-worker.ts',
  },
  { shims: true },
);
