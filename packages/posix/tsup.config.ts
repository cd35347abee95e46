import { preset } from '../../tsup.base.ts';

// `shims` gives the CommonJS build an import.meta.url, which the FFI is loaded by.
export default preset({ index: 'src/index.ts' }, { shims: true });
