export type * from './controls.ts';
export { defineModule } from './module.ts';
export type * from './module.ts';
