import { layeringRules } from './tools/workspace/src/layering.ts';
import { readWorkspaces } from './tools/workspace/src/workspaces.ts';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: layeringRules(readWorkspaces(process.cwd())),
  options: {
    doNotFollow: { path: ['node_modules', '/dist/'] },
    exclude: { path: ['/fixtures/'] },
    // Types count: a type that crosses a layer is as hard to move as a function.
    tsPreCompilationDeps: true,
    // A package answers for its own package.json, not the root's.
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@ftpd/source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
