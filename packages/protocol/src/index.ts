export { ProtocolError, isProtocolError, protocolErrorCodes, type ProtocolErrorCode } from './errors.ts';

export { LineDecoder, type LineDecoderOptions, type LineEvent } from './framing/line-decoder.ts';
export { parseCommandLine, type CommandLine } from './framing/command-line.ts';
export { telnet, type TelnetCommand } from './framing/telnet.ts';

export { admitCommand, refusalInState, type Admission } from './commands/admit.ts';
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
export {
  findOption,
  optsTable,
  type FoundOption,
  type OptsArgumentOf,
  type OptsName,
  type OptsTable,
} from './commands/opts.ts';
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
export type { ProtectionLevel } from './commands/security.ts';
export {
  findSiteCommand,
  siteRows,
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
  commandRows,
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

export { accessByMode, type Access, type Accessor } from './formats/access.ts';
export { nameInLine, type ListedEntry, type ListedFile } from './formats/entry.ts';
export {
  factNames,
  formatFacts,
  mlstFeature,
  selectFacts,
  type FactName,
  type FactOptions,
} from './formats/facts.ts';
export { formatDirectoryHeading, formatList, formatNameLine } from './formats/list.ts';
export { noListFlags, parseListOptions, type ListedTime, type ListFlags } from './formats/list-options.ts';
export { formatLongLine, type LineOptions } from './formats/long-line.ts';
export { modeString } from './formats/mode-string.ts';
export { quotePath } from './formats/quoted-path.ts';
export { isShown, sortEntries } from './formats/sort.ts';
export { formatTimestamp, parseTimestamp } from './formats/timestamp.ts';

export { AsciiDecoder, AsciiEncoder } from './ascii.ts';
export {
  compileGlob,
  hasWildcards,
  MAX_PATTERN_LENGTH,
  MAX_WILDCARD_COMPONENTS,
  planGlob,
  type Glob,
  type GlobComponent,
  type GlobPlan,
} from './glob.ts';
