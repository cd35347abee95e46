import { featureReply } from '@ftpd/protocol';
import type { Handler } from '../handler.ts';

/** RFC 2389 §3 */
export const feat: Handler<'FEAT'> = (session) =>
  featureReply({
    selectedFacts: session.parameters.facts,
    languages: session.settings.languages,
    hidden: session.settings.hiddenFeatures,
  });
