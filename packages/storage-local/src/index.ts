export type { KernelSending } from './file-sender.ts';
export { createLocalStorage, type LocalStorageOptions } from './local-storage.ts';
export { createPrivilegedStorage, type PrivilegedStorageOptions } from './privileged/privileged-storage.ts';
export type { ChangeOwner } from './privileged/ownership.ts';
export type { OpenRoot } from './privileged/session-root.ts';
