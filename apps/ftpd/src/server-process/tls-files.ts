import type { KeeperClient } from '../keeper/request.ts';
import {
  passPhraseRequest,
  readTlsFileRequest,
  readTlsFolderRequest,
  tlsFileStampsRequest,
  type TlsFileProblem,
} from '../keeper/requests/tls-files.ts';
import type { TlsFiles } from '../modules/tls/tls-files.ts';

/** Reads certificates and keys where only the keeper may. */
export function tlsFilesThrough(keeper: KeeperClient): TlsFiles {
  return {
    async read(path) {
      const answer = await keeper.ask(readTlsFileRequest, { path });
      if ('problem' in answer) throw errorOf(answer);
      return { bytes: Buffer.from(answer.base64, 'base64'), mode: answer.mode };
    },
    async readFolder(path) {
      const answer = await keeper.ask(readTlsFolderRequest, { path });
      if ('problem' in answer) throw errorOf(answer);
      return answer.base64.map((text) => Buffer.from(text, 'base64'));
    },
    async stamps(paths) {
      const { stamps } = await keeper.ask(tlsFileStampsRequest, {});
      return paths.map((path) => stamps[path] ?? '');
    },
    async passPhrase(server, kind) {
      const answer = await keeper.ask(passPhraseRequest, { server, kind });
      if ('problem' in answer) throw errorOf(answer);
      return answer.passPhrase;
    },
  };
}

function errorOf({ problem, code }: TlsFileProblem): Error {
  return Object.assign(new Error(problem), code === undefined ? {} : { code });
}
