import { featureReply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';
import { tlsFeatures } from '../tls/tls-rules.ts';

/** RFC 2389 §3 */
export const feat: Handler<'FEAT'> = (session) =>
  featureReply({
    selectedFacts: session.parameters.facts,
    languages: session.settings.languages,
    extra: tlsFeatures(session),
    hidden: session.settings.hiddenFeatures,
  });
