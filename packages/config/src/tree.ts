import type { Position } from './config-error.ts';

/** A directive with its parameters. */
export interface DirectiveNode extends Position {
  readonly kind: 'directive';
  /** As written. */
  readonly name: string;
  /** In lower case: names do not depend on case. */
  readonly key: string;
  readonly args: readonly string[];
  /** Where each of `args` stands. */
  readonly argPositions: readonly Position[];
}

/** A section `<Name args> … </Name>`; the whole configuration is one with the key ''. */
export interface SectionNode extends Position {
  readonly kind: 'section';
  readonly name: string;
  readonly key: string;
  readonly args: readonly string[];
  readonly argPositions: readonly Position[];
  readonly children: readonly ConfigNode[];
}

export type ConfigNode = DirectiveNode | SectionNode;

/** Every directive and section below `section`, in file order, parents first. */
export function* walk(
  section: SectionNode,
  ancestors: readonly SectionNode[] = [],
): Generator<{ node: ConfigNode; parents: readonly SectionNode[] }> {
  const parents = [...ancestors, section];
  for (const node of section.children) {
    yield { node, parents };
    if (node.kind === 'section') yield* walk(node, parents);
  }
}

/** Sections of mod_ifsession: they stand in a server's place and apply to some sessions only. */
export const SESSION_SECTIONS: ReadonlySet<string> = new Set([
  'ifauthenticated',
  'ifclass',
  'ifgroup',
  'ifuser',
]);
