import type { ConfiguredServer } from '@ftpd/module';
import { pathsOf, unknownStamp, type TlsFiles } from './tls-files.ts';

export interface FileWatch {
  close(): void;
}

export interface FileWatchOptions {
  readonly files: Pick<TlsFiles, 'stamps'>;
  /** The servers whose files are watched. */
  readonly servers: readonly Pick<ConfiguredServer, 'directives'>[];
  readonly intervalMs: number;
  /** Files are not what they were, and have been so for one interval. */
  readonly onChange: () => Promise<void>;
}

/**
 * Looks at files again and again: what tells of changes by itself loses a file that is replaced, and the targets of
 * symlinks. A change is told when it has lasted for an interval, so that nothing half-written is read; once, however
 * what was read then turned out.
 */
export function watchFiles({ files, servers, intervalMs, onChange }: FileWatchOptions): FileWatch {
  const paths = [...new Set(servers.flatMap(({ directives }) => pathsOf(directives)))];
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let known: readonly string[] = [];
  let inForce: string | undefined;
  let before: string | undefined;

  async function look(): Promise<void> {
    try {
      const stamps = await files.stamps(paths);
      if (isClosed) return;
      known = stamps.map((stamp, index) => (stamp === unknownStamp ? (known[index] ?? stamp) : stamp));
      const now = known.join('\n');
      inForce ??= now;
      if (now !== inForce && now === before) {
        inForce = now;
        await onChange();
      }
      before = now;
    } catch {
      // The keeper is busy, or gone with this process soon: the next look will tell.
    }
  }

  const next = (): void => {
    if (isClosed) return;
    timer = setTimeout(() => void look().finally(next), intervalMs);
    timer.unref();
  };

  if (paths.length > 0) void look().finally(next);
  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
