export { accountOf, anonymousFor, type AnonymousSection, type UserAlias } from './anonymous.ts';
export {
  exactlyOne,
  keywords,
  limitWithMessage,
  many,
  noArguments,
  offOr,
  one,
  oneAndMaybe,
  pair,
  parseAt,
  type ArgumentsParser,
  type LimitWithMessage,
} from './arguments.ts';
export {
  checkConfiguration,
  indexRows,
  type CheckResult,
  type CheckedSection,
  type Setting,
} from './check.ts';
export {
  CONFIG_CODES,
  ConfigError,
  formatProblem,
  isConfigError,
  type ConfigCode,
  type ConfigProblem,
  type Position,
} from './config-error.ts';
export {
  createConfiguration,
  loadAccessFile,
  loadConfiguration,
  valuesIn,
  type Configuration,
  type LoadedAccessFile,
  type LoadOptions,
  type LoadedConfiguration,
} from './configuration.ts';
export { matchesNames, parseNameExpression, type NameExpression, type NameTerm } from './expression.ts';
export { hasWildcard, matchGlob } from './glob.ts';
export {
  LANGUAGE_ROWS,
  defineRow,
  ignoreMissingModuleRow,
  includeOptionsRow,
  includeRow,
  loadModuleRow,
  moduleControlsAclsRow,
  modulePathRow,
} from './language-rows.ts';
export type { LimitSection } from './limits.ts';
export {
  LANGUAGE_MODULES,
  STANDARD_MODULES,
  createModulesPort,
  type ModuleStatus,
  type ModulesPort,
} from './modules.ts';
export { parseConfiguration, type ParseOptions } from './parse.ts';
export type { ParsedConfiguration } from './parse-state.ts';
export { MODULE_OF_DIRECTIVE, PROFTPD_MODULES } from './proftpd-modules.ts';
export { isProtective } from './protection.ts';
export { createMemoryReader, type ConfigReader, type ReaderEntry } from './reader.ts';
export { regularExpression } from './regex.ts';
export {
  ALL_CONTEXTS,
  SERVER_CONTEXTS,
  badCount,
  badValue,
  defineDirective,
  type AnyRow,
  type Context,
  type DefaultedRow,
  type DirectiveRow,
  type DirectiveSite,
  type Repeats,
} from './row.ts';
export type { Explanation, Scope, ScopeSelector, SessionScope } from './scope.ts';
export {
  canonicalAddress,
  hiddenServers,
  selectServer,
  selectServerByName,
  type BoundServer,
} from './server-selection.ts';
export type { ServerSection } from './server-section.ts';
export type { SessionFacts } from './session-sections.ts';
export { nearest } from './suggestion.ts';
export { walk, type ConfigNode, type DirectiveNode, type SectionNode } from './tree.ts';
export {
  absolutePath,
  boolean,
  booleanOf,
  durationMs,
  either,
  homePath,
  integer,
  limit,
  noneOr,
  octalMode,
  oneOf,
  port,
  sizeBytes,
  text,
  type ValueParser,
} from './values.ts';
export type { Environment } from './words.ts';
