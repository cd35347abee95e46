/** By number: _pam_types.h of Linux-PAM. */
export const pamCodes = [
  'PAM_SUCCESS',
  'PAM_OPEN_ERR',
  'PAM_SYMBOL_ERR',
  'PAM_SERVICE_ERR',
  'PAM_SYSTEM_ERR',
  'PAM_BUF_ERR',
  'PAM_PERM_DENIED',
  'PAM_AUTH_ERR',
  'PAM_CRED_INSUFFICIENT',
  'PAM_AUTHINFO_UNAVAIL',
  'PAM_USER_UNKNOWN',
  'PAM_MAXTRIES',
  'PAM_NEW_AUTHTOK_REQD',
  'PAM_ACCT_EXPIRED',
  'PAM_SESSION_ERR',
  'PAM_CRED_UNAVAIL',
  'PAM_CRED_EXPIRED',
  'PAM_CRED_ERR',
  'PAM_NO_MODULE_DATA',
  'PAM_CONV_ERR',
  'PAM_AUTHTOK_ERR',
  'PAM_AUTHTOK_RECOVERY_ERR',
  'PAM_AUTHTOK_LOCK_BUSY',
  'PAM_AUTHTOK_DISABLE_AGING',
  'PAM_TRY_AGAIN',
  'PAM_IGNORE',
  'PAM_ABORT',
  'PAM_AUTHTOK_EXPIRED',
  'PAM_MODULE_UNKNOWN',
  'PAM_BAD_ITEM',
  'PAM_CONV_AGAIN',
  'PAM_INCOMPLETE',
] as const;

export type PamCode = (typeof pamCodes)[number];

/** A number that no version has named counts as an error of the system. */
export function pamCode(number: number): PamCode {
  return pamCodes[number] ?? 'PAM_SYSTEM_ERR';
}
