import { preset } from '../../tsup.base.ts';

export default preset({ index: 'src/index.ts' });
