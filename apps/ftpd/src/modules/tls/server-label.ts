import type { ConfiguredServer } from '@ftpd/module';
import { listeningPort } from '../core/server.ts';

/** How TLSPassPhraseProvider is told which server it is about: `ServerName:port`. */
export function serverLabel({ name, directives }: Pick<ConfiguredServer, 'name' | 'directives'>): string {
  return `${name}:${directives.first(listeningPort)}`;
}
