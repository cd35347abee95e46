import type { KeeperRequest } from '../request.ts';
import { openBanTableRequest, putBanTableRequest } from './ban-table.ts';
import { bindDataPort } from './bind-data-port.ts';
import { giveOwner } from './give-owner.ts';
import { makeHomeRequest } from './make-home.ts';
import { openAccountFile } from './open-account-file.ts';
import { openRoot } from './open-root.ts';
import { checkPamRequest, closePamRequest } from './pam.ts';
import { readPoolSecretRequest } from './read-pool-secret.ts';
import { readRedisFileRequest } from './read-redis-file.ts';
import { recordLoginRequest, recordLogoutRequest } from './record-login.ts';
import {
  passPhraseRequest,
  readTlsFileRequest,
  readTlsFolderRequest,
  tlsFileStampsRequest,
} from './tls-files.ts';
import { removeClientFileRequest } from './remove-client-file.ts';
import { checkSystemPasswordRequest, findGroupRequest, findUserRequest } from './system-accounts.ts';

/** All that the server may ask of the keeper. */
export const keeperRequests: readonly KeeperRequest<unknown, unknown>[] = [
  openAccountFile,
  openRoot,
  giveOwner,
  makeHomeRequest,
  bindDataPort,
  openBanTableRequest,
  putBanTableRequest,
  readPoolSecretRequest,
  readRedisFileRequest,
  readTlsFileRequest,
  readTlsFolderRequest,
  tlsFileStampsRequest,
  passPhraseRequest,
  findUserRequest,
  findGroupRequest,
  checkSystemPasswordRequest,
  checkPamRequest,
  closePamRequest,
  recordLoginRequest,
  recordLogoutRequest,
  removeClientFileRequest,
];
