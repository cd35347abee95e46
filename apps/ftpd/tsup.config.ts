import { preset } from '../../tsup.base.ts';

export default preset(
  { main: 'src/main.ts', ftpasswd: 'src/ftpasswd/main.ts' },
  { format: ['esm'], dts: false, splitting: true },
);
