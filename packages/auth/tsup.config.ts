import { preset } from '../../tsup.base.ts';

// The thread's program is a file of its own beside index; `shims` gives the CommonJS build an import.meta.url.
export default preset({ index: 'src/index.ts', 'hasher-worker': 'src/hasher-worker.ts' }, { shims: true });
