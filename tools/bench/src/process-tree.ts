import { readdirSync, readFileSync } from 'node:fs';

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  /** Processor time of its own and of children that it has waited for. */
  readonly cpuSeconds: number;
}

// Linux tells user programs times in 1/100 s, whatever the kernel's own clock.
const ticksPerSecond = 100;

function factsOf(pid: number): ProcessFacts | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the fields behind it are numbers.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
    return {
      pid,
      parent: fields[1] ?? 0,
      cpuSeconds: (user + system + childUser + childSystem) / ticksPerSecond,
    };
  } catch {
    return undefined;
  }
}

/** A process and all that it has started, as they are now. */
function treeOf(root: number): readonly ProcessFacts[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => factsOf(Number(name)))
    .filter((facts) => facts !== undefined);
  const tree = all.filter(({ pid }) => pid === root);
  for (const facts of tree) tree.push(...all.filter(({ parent }) => parent === facts.pid));
  return tree;
}

/** Processor seconds of a server so far, all its processes together, those that have ended too. */
export function cpuSecondsOf(root: number): number {
  return treeOf(root).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}

/** Proportional set size in KiB of all its processes: what is shared counts once among those that share it. */
export function pssKiBOf(root: number): number {
  return treeOf(root).reduce((sum, { pid }) => {
    try {
      const match = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
      return sum + Number(match?.[1] ?? 0);
    } catch {
      return sum;
    }
  }, 0);
}
