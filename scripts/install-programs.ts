/** Installs the programs of others that tests run and that are absent, as root on Debian. Where one stays absent, its tests
 *  are skipped, and `npm test` names them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { libfaketime } from './libfaketime.ts';

const isOnPath = (name: string): boolean => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined;

/** Package of Debian, and whether what it has is there. */
const programs: Readonly<Record<string, () => boolean>> = {
  chromium: () =>
    ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'].some(path => existsSync(path)),
  zsh: () => isOnPath('zsh'),
  fish: () => isOnPath('fish'),
  openssl: () => isOnPath('openssl'),
  bsdutils: () => isOnPath('script'),
  faketime: () => libfaketime() !== undefined,
};
const absent = (): readonly string[] => Object.keys(programs).filter(name => programs[name]?.() !== true);

const wanted = absent();
if (wanted.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
  for (const name of wanted)
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
}
process.stdout.write(`absent: ${absent().join(', ') || 'none'}\n`);
