/** Makes sure that a Chromium is there for the browser tests: on the machine already, or installed by Debian's package
 *  manager where that is possible. Says so where it is not; the browser tests then skip and say so as well. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const isThere = (): boolean =>
  ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'].some(path => existsSync(path));

if (!isThere() && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
process.stdout.write(
  isThere() ? 'Chromium: found\n' : 'Chromium: not found and not installable here; browser tests will skip\n',
);
