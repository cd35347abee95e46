import type { ControlStatus } from '@ftpd/module';

/** The numbers of ProFTPD 1.3.9. */
export const statusNumbers = {
  ok: 0,
  failed: -1,
  'access-denied': -2,
  'wrong-parameters': -3,
  'not-found': -4,
  'not-permitted': -5,
  ignored: -6,
  unsupported: -7,
  internal: -8,
} as const satisfies Record<ControlStatus, number>;
