import {
  type AnonymousSection,
  type BoundServer,
  type Configuration,
  type DirectiveRow,
  type ServerSection,
  type SessionScope,
} from '@ftpd/config';
import type { DirectiveValues, Settings } from '@ftpd/server';
import { settingsOfScope, type SettingsContext } from '../settings-of-scope.ts';

/** For whom settings are made; the sessions of one user at one address share theirs. */
export interface SessionKey {
  readonly server: BoundServer<ServerSection>;
  readonly localAddress: string;
  readonly className: string | undefined;
  readonly anonymous?: AnonymousSection;
  readonly user?: string;
  readonly groups?: readonly string[];
  /** The user's home, for `~` in paths of the configuration. */
  readonly home?: string;
  /** The session's `/` on the disk. */
  readonly rootPath?: string;
}

/** Settings by session, and the scope that each was made of. */
export interface SessionScopes {
  /** The same key gives the same object, so that many sessions cost the memory of one. */
  settings(key: SessionKey): Settings;
  /** What a session's settings were made of. Undefined: not by this configuration. */
  scopeOf(settings: Settings): SessionScope | undefined;
  keyOf(settings: Settings): SessionKey | undefined;
}

const maxKept = 2000;

export interface SessionScopesOptions extends Pick<
  SettingsContext,
  'hostName' | 'isInClass' | 'numericAddress'
> {
  readonly configuration: Configuration;
  readonly rows: ReadonlyMap<string, DirectiveRow<unknown>>;
  readonly homeOf: (user: string) => string | undefined;
}

export function createSessionScopes({
  configuration,
  rows,
  homeOf,
  ...shared
}: SessionScopesOptions): SessionScopes {
  const kept = new Map<string, Settings>();
  const scopes = new WeakMap<Settings, { readonly scope: SessionScope; readonly key: SessionKey }>();

  function make(key: SessionKey): Settings {
    const { server, className, anonymous, user, groups, home, rootPath, localAddress } = key;
    const scope = configuration.scope({
      server: server.server,
      className,
      anonymous,
      user,
      groups,
      rootPath,
      homeOf: (name) => (name === '' || name === user ? (home ?? homeOf(user ?? '')) : homeOf(name)),
    });
    const settings = settingsOfScope(scope, {
      ...shared,
      localAddress,
      directives: directiveValues(scope, rows),
    });
    scopes.set(settings, { scope, key });
    return settings;
  }

  return {
    settings(key) {
      const { server, localAddress, className, anonymous, user, groups, home, rootPath } = key;
      const { file, line } = anonymous?.section.node ?? {};
      const name = JSON.stringify([
        server.server.index,
        localAddress,
        className,
        file,
        line,
        user,
        groups,
        home,
        rootPath,
      ]);
      const known = kept.get(name);
      if (known !== undefined) return known;
      const settings = make(key);
      if (kept.size >= maxKept) kept.clear();
      kept.set(name, settings);
      return settings;
    },
    scopeOf: (settings) => scopes.get(settings)?.scope,
    keyOf: (settings) => scopes.get(settings)?.key,
  };
}

/** Directives by name, for modules that know the names of others' rows only. */
function directiveValues(
  scope: SessionScope,
  rows: ReadonlyMap<string, DirectiveRow<unknown>>,
): DirectiveValues {
  return {
    first: (name, path) => {
      const row = rows.get(name.toLowerCase());
      return row && (path === undefined ? scope : scope.at(path)).first(row);
    },
    all: (name, path) => {
      const row = rows.get(name.toLowerCase());
      return row === undefined ? [] : (path === undefined ? scope : scope.at(path)).all(row);
    },
  };
}
