export { ProtocolError, isProtocolError, protocolErrorCodes, type ProtocolErrorCode } from './errors.ts';

export { LineDecoder, type LineDecoderOptions, type LineEvent } from './framing/line-decoder.ts';
export { parseCommandLine, type CommandLine } from './framing/command-line.ts';
export { telnet, type TelnetCommand } from './framing/telnet.ts';

export { refusalInState } from './commands/admit.ts';
export { featureLines, featureReply, type FeatureOptions } from './commands/features.ts';
export type { ModifyFactsArgument, ModifyTimeArgument } from './commands/file-operations.ts';
export {
  helpAbout,
  helpOrder,
  helpOverview,
  siteHelp,
  siteHelpAbout,
  type HelpOptions,
  type SiteHelpOptions,
} from './commands/help.ts';
export type { SubcommandArgument } from './commands/information.ts';
export type { ListArgument } from './commands/listing.ts';
export { applyModeChange, parseModeChange, type ModeChange, type ModeStep } from './commands/mode-change.ts';
export { findOption, optsTable, type FoundOption, type OptsArgumentOf, type OptsName, type OptsTable } from './commands/opts.ts';
export {
  defineCommand,
  type AnyCommandRow,
  type ArgumentOfRow,
  type ArgumentSyntax,
  type Availability,
  type CommandRow,
  type LimitGroup,
  type RowDeclaration,
} from './commands/row.ts';
export {
  findSiteCommand,
  siteTable,
  type ChangeGroupArgument,
  type ChangeModeArgument,
  type FoundSiteCommand,
  type SiteArgumentOf,
  type SiteTable,
  type SiteVerb,
  type SymlinkArgument,
  type TouchArgument,
} from './commands/site.ts';
export {
  commandTable,
  findCommand,
  type ArgumentOf,
  type CommandTable,
  type FoundCommand,
  type Verb,
} from './commands/table.ts';
export type { RangeArgument } from './commands/transfer.ts';
export type { TypeArgument } from './commands/transfer-parameters.ts';

export {
  advance,
  initialState,
  isLoggedIn,
  type Phase,
  type SessionEvent,
  type SessionState,
  type TransferStart,
} from './session/phase.ts';

export { encodeReply, escapeControls, reply, type EncodeReplyOptions, type Reply } from './replies/reply.ts';
export { texts, type ReplyTexts } from './replies/texts.ts';

export {
  addressScope,
  formatAddress,
  isPortPrivileged,
  normaliseAddress,
  parseAddress,
  type AddressScope,
  type IpAddress,
} from './data-port/address.ts';
export {
  formatPasvEndpoint,
  parseEprt,
  parseEpsv,
  parsePort,
  type Endpoint,
  type EpsvArgument,
} from './data-port/endpoint.ts';

export { factNames, mlstFeature, selectFacts, type FactName } from './formats/facts.ts';
export { quotePath } from './formats/quoted-path.ts';
export { formatTimestamp, parseTimestamp } from './formats/timestamp.ts';
