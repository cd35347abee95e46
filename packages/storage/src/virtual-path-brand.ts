declare const brand: unique symbol;

/**
 * An absolute path inside a session's root: starts with `/`, has no empty, `.` or `..` component, no NUL and no `/` at
 * the end (but for the root itself). Only the functions of `virtual-path.ts` make one.
 */
export type VirtualPath = string & { readonly [brand]: 'VirtualPath' };
