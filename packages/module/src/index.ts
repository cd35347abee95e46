export { defineModule } from './module.ts';
export type * from './module.ts';
