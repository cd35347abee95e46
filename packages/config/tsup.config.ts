import { preset } from '../../tsup.base.ts';

export default preset();
