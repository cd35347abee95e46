export type * from './storage.ts';
export type * from './virtual-path.ts';
