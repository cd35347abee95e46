export { ServerError, isServerError, serverErrorTexts, type ServerErrorCode } from './errors.ts';
export type * from './hooks.ts';
export type * from './policy.ts';
export type * from './registry.ts';
export type * from './server-options.ts';
export type * from './session-view.ts';
export { defaultSettings, settingsFrom } from './settings.ts';
export type * from './settings.ts';
