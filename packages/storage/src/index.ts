export * from './errors.ts';
export * from './memory.ts';
export * from './name-codec.ts';
export type * from './storage.ts';
export * from './symlink-walk.ts';
export * from './virtual-path.ts';
