import { declaredDependencies, type Workspace } from './workspaces.ts';

/** Who may import what (tools may import everything): a workspace's folder, and the workspaces it may import. The design's table, checked by `npm run lint`. */
export interface Layer {
  readonly mayImport: readonly string[];
  /** Imports of other workspaces are types and leave no trace at run time. */
  readonly typesOnly?: true;
  /** Knows no network, no files, no other programs. */
  readonly isPure?: true;
}

export const layers: Readonly<Record<string, Layer>> = {
  'packages/config': { mayImport: [], isPure: true },
  'packages/protocol': { mayImport: [], isPure: true },
  'packages/tpl': { mayImport: [], isPure: true },
  'packages/storage': { mayImport: [] },
  'packages/auth': { mayImport: [] },
  'packages/posix': { mayImport: [] },
  'packages/cache': { mayImport: [] },
  'packages/storage-local': { mayImport: ['packages/storage', 'packages/posix'] },
  'packages/auth-system': { mayImport: ['packages/auth', 'packages/posix'] },
  'packages/cache-memcache': { mayImport: ['packages/cache'] },
  'packages/cache-redis': { mayImport: ['packages/cache'] },
  'packages/cache-sqlite': { mayImport: ['packages/cache'] },
  'packages/ban': { mayImport: ['packages/cache', 'packages/tpl'] },
  'packages/tls-session': { mayImport: ['packages/cache', 'packages/tpl'] },
  'packages/server': { mayImport: ['packages/protocol', 'packages/storage', 'packages/auth'] },
  'packages/module': {
    mayImport: ['packages/auth', 'packages/config', 'packages/server', 'packages/cache'],
    typesOnly: true,
  },
  'apps/ftpd': { mayImport: ['packages/[^/]+'] },
};

/** Core modules that open something. */
const impureModules = '^(node:)?(child_process|cluster|dgram|dns|fs|http|http2|https|net|tls)(/promises)?$';
const anyWorkspace = '^(packages|apps|tools)/';
/** Files that are no part of what is published: tests, the build's settings, and our own tools. */
const notShipped = '\\.test\\.ts$|\\.bench\\.ts$|/test/|\\.config\\.ts$|^tools/';

/** A rule as dependency-cruiser reads it. */
export interface LayeringRule {
  readonly name: string;
  readonly severity: 'error';
  readonly comment: string;
  readonly from: Readonly<Record<string, unknown>>;
  readonly to: Readonly<Record<string, unknown>>;
}

const generalRules: readonly LayeringRule[] = [
  {
    name: 'no-cycle',
    severity: 'error',
    comment: 'Files must not import each other in a ring; move what both need into a third file.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-path-into-another-workspace',
    severity: 'error',
    comment: 'Import another workspace by its name, not by a path.',
    from: { path: '^(packages|apps|tools)/([^/]+)/', pathNot: '\\.config\\.ts$' },
    to: { pathNot: '^$1/$2/', dependencyTypes: ['local'] },
  },
  {
    name: 'no-unresolvable-import',
    severity: 'error',
    comment: 'Nothing is there: a misspelt name, or a file that its package does not export.',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-undeclared-dependency',
    severity: 'error',
    comment: "Name it under dependencies in the workspace's package.json.",
    from: { path: anyWorkspace, pathNot: notShipped },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
  },
  {
    name: 'no-test-in-source',
    severity: 'error',
    comment: 'What is published must not import tests.',
    from: { path: anyWorkspace, pathNot: notShipped },
    to: { path: '\\.test\\.ts$|^(packages|apps|tools)/[^/]+/test/' },
  },
];

/** The rules that hold for the files under `folder` that are published. */
function rulesOf(folder: string, layer: Layer): LayeringRule[] {
  const rule = (kind: string, comment: string, to: LayeringRule['to']): LayeringRule => ({
    name: `${kind}-${folder.replace('/', '-')}`,
    severity: 'error',
    comment: `${folder} ${comment}`,
    from: { path: `^${folder}/`, pathNot: notShipped },
    to,
  });
  const { mayImport, isPure = false, typesOnly = false } = layer;
  const others = { path: anyWorkspace, pathNot: `^${folder}/` };
  return [
    rule('layer', `may import ${mayImport.length === 0 ? 'no other workspace' : mayImport.join(', ')}.`, {
      path: anyWorkspace,
      pathNot: `^(${[folder, ...mayImport].join('|')})/`,
    }),
    ...(isPure
      ? [
          rule('pure', 'knows no sockets, files or programs: take them through a port.', {
            path: impureModules,
          }),
        ]
      : []),
    ...(typesOnly
      ? [rule('types-only', 'imports types only.', { ...others, dependencyTypesNot: ['type-only'] })]
      : []),
  ];
}

/** Workspaces are linked, and so dependency-cruiser can't tell which of them a package.json names. */
function undeclaredWorkspaceRules(workspaces: readonly Workspace[]): LayeringRule[] {
  const folderOf = new Map(workspaces.map(({ folder, manifest }) => [manifest.name, folder]));
  return workspaces.map(({ folder, manifest }) => {
    const declared = declaredDependencies(manifest).flatMap((name) => folderOf.get(name) ?? []);
    return {
      name: `undeclared-workspace-${folder.replace('/', '-')}`,
      severity: 'error',
      comment: `Name it under dependencies in ${folder}/package.json.`,
      from: { path: `^${folder}/`, pathNot: notShipped },
      to: { path: anyWorkspace, pathNot: `^(${[folder, ...declared].join('|')})/` },
    };
  });
}

/** Every rule, for the workspaces that there are; one that is missing in the table breaks a rule of its own. */
export function layeringRules(
  workspaces: readonly Workspace[],
  table: Readonly<Record<string, Layer>> = layers,
): LayeringRule[] {
  return [
    ...generalRules,
    {
      name: 'unknown-workspace',
      severity: 'error',
      comment: 'Add the new workspace to the table in tools/workspace/src/layering.ts.',
      from: {},
      to: { path: anyWorkspace, pathNot: `^(${[...Object.keys(table), 'tools/[^/]+'].join('|')})/` },
    },
    ...Object.entries(table).flatMap(([folder, layer]) => rulesOf(folder, layer)),
    ...undeclaredWorkspaceRules(workspaces),
  ];
}
