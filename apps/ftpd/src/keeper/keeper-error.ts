export const keeperErrorTexts = {
  KEEPER_BAD_REQUEST: 'the keeper refused a request that is not in its form',
  KEEPER_UNKNOWN_REQUEST: 'the keeper knows no such request',
  KEEPER_BUSY: 'too many requests of this kind are under way; try again',
  KEEPER_TIMEOUT: 'the keeper did not answer in time',
  KEEPER_REFUSED: 'the configuration does not allow what was asked of the keeper',
  KEEPER_FAILED: 'the keeper could not do what it was asked; its log says why',
  KEEPER_GONE: 'the keeper has ended',
} as const;

export type KeeperErrorCode = keyof typeof keeperErrorTexts;

const brand = Symbol.for('@ftpd/ftpd/KeeperError');

/** Why a request to the keeper came to nothing. */
export class KeeperError extends Error {
  readonly code: KeeperErrorCode;

  /** @param detail - What it is about. */
  constructor(code: KeeperErrorCode, detail?: string, cause?: unknown) {
    super(detail === undefined ? keeperErrorTexts[code] : `${keeperErrorTexts[code]}: ${detail}`, { cause });
    this.name = 'KeeperError';
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }
}

export function isKeeperError(error: unknown): error is KeeperError {
  return typeof error === 'object' && error !== null && brand in error;
}
