import type { ProblemList } from './problem-list.ts';
import type { ConfigNode, DirectiveNode } from './tree.ts';

interface OpenSection {
  readonly node: DirectiveNode;
  readonly children: ConfigNode[];
}

/** The sections that are open while files are read. */
export class SectionStack {
  readonly #root: ConfigNode[] = [];
  readonly #open: OpenSection[] = [];
  readonly #errors: ProblemList;

  constructor(errors: ProblemList) {
    this.#errors = errors;
  }

  /** Puts a node into the innermost section. */
  add(node: ConfigNode): void {
    (this.#open.at(-1)?.children ?? this.#root).push(node);
  }

  open(node: DirectiveNode): void {
    this.#open.push({ node, children: [] });
  }

  /** Closes the section that `close` names; if others are open inside of it, that is an error and they are closed too. */
  close(close: DirectiveNode): void {
    const directive = `</${close.name}>`;
    const index = this.#open.findLastIndex(({ node }) => node.key === close.key);
    if (index < 0 || index < this.#open.length - 1) {
      const inner = this.#open.at(-1)?.node;
      const context = inner === undefined ? 'server config' : `<${inner.name}>`;
      const hint = inner && `<${inner.name}> was opened on line ${inner.line} of '${inner.file}'`;
      const sentence = `${directive}: directive not allowed in ${context} context`;
      this.#errors.add('CONFIG_BAD_NESTING', close, sentence, { directive, hint });
    } else if (close.args.length > 0) {
      this.#errors.add('CONFIG_BAD_ARGUMENTS', close, `${directive}: wrong number of parameters`, {
        directive,
      });
    }
    if (index >= 0) this.#closeDownTo(index);
  }

  /** Ends the configuration: what is still open is an error. @returns everything outside of sections. */
  finish(): readonly ConfigNode[] {
    const unclosed = this.#open.at(-1)?.node;
    if (unclosed !== undefined) {
      const { file, name } = unclosed;
      const directive = `<${name}>`;
      const sentence = `error processing configuration file '${file}': unclosed configuration section ${directive}`;
      this.#errors.add('CONFIG_UNCLOSED_SECTION', unclosed, sentence, { directive, hint: `add </${name}>` });
      this.#closeDownTo(0);
    }
    return this.#root;
  }

  #closeDownTo(index: number): void {
    for (
      let open = this.#open.pop();
      open !== undefined;
      open = this.#open.length > index ? this.#open.pop() : undefined
    ) {
      this.add({ ...open.node, kind: 'section', children: open.children });
    }
  }
}
