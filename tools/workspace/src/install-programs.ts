/**
 * Installs what the tests miss; `npm test` runs this as root under flock(1), so that two runs don't disturb each other.
 * The lock is the kernel's: it is gone when this process and apt-get are.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { refuseServices } from './policy-rc-d.ts';
import { debianPackages, missingPrograms, testPrograms } from './test-programs.ts';

const waitForDpkg = ['-o', 'DPkg::Lock::Timeout=600'];

async function aptGet(args: readonly string[]): Promise<boolean> {
  const child = spawn('apt-get', ['-q', ...waitForDpkg, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'l' },
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0;
}

// Another run may have installed them while this one waited for the lock.
const missing = missingPrograms(testPrograms, process.env['PATH'] ?? '');
if (missing.length > 0) {
  let isInterrupted = false;
  // apt-get gets the same Ctrl-C from the terminal and ends; this process lives on to put policy-rc.d back.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      isInterrupted = true;
    });
  }
  const packages = debianPackages(missing);
  console.log(`The tests need ${packages.join(', ')}: installing with apt-get; no service is started.`);
  const allowServices = refuseServices('/usr/sbin/policy-rc.d');
  try {
    // A list that cannot be refreshed may still be good enough.
    await aptGet(['update']);
    const isInstalled =
      !isInterrupted && (await aptGet(['install', '-y', '--no-install-recommends', ...packages]));
    if (isInterrupted) {
      process.exitCode = 130;
    } else if (!isInstalled) {
      console.error(
        `apt-get could not install ${packages.join(' ')}: read its message above, mend it and run npm test again.`,
      );
      process.exitCode = 1;
    }
  } finally {
    allowServices();
  }
}
