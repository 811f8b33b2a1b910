import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import packageJson from '../../package.json' with { type: 'json' };
import { builtPackage } from '../support/bundled.ts';

const lines = readFileSync('Dockerfile', 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'));
const last = lines.slice(lines.findLastIndex(line => line.startsWith('FROM ')));
const argumentOf = (instruction: string) =>
  last.find(line => line.startsWith(`${instruction} `))?.slice(instruction.length + 1) ?? '';

test('the image is built with the Node.js of the package and of fixed bases', () => {
  const bases = lines.filter(line => line.startsWith('FROM ')).map(line => line.split(' ')[1]);
  expect(bases).toEqual([`node:${packageJson.devDependencies.node}-bookworm-slim`, 'debian:bookworm-slim']);
});

test('it runs as a numbered user that is not root, without a shell, and holds no secret', () => {
  expect(argumentOf('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(JSON.parse(argumentOf('ENTRYPOINT'))).toEqual(['/usr/local/bin/node', '/app/dist/irsa-auditor.js']);
  expect(last.filter(line => /^(RUN|ADD|ARG|VOLUME|EXPOSE) /.test(line))).toEqual([]);
  expect(lines.join('\n')).not.toMatch(/secret|token|password|AWS_/i);
});

test('the build gets each file that it needs, and nothing that is not listed', () => {
  const [all, ...allowed] = readFileSync('.dockerignore', 'utf8').trim().split('\n');
  expect(all).toBe('*');
  for (const line of allowed) expect([line, existsSync(line.slice(1))]).toEqual([line, true]);
});

test('what the image holds runs as its user, where nothing can be written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-image-'));
  try {
    chmodSync(folder, 0o755);
    // The build stage: `npm run build` over the files that .dockerignore lets through.
    const source = await builtPackage();
    const app = join(folder, 'app');
    for (const path of ['package.json', 'LICENSE', 'dist'])
      cpSync(join(source, path), join(app, path), { recursive: true });
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [join(app, 'dist/irsa-auditor.js'), ...args], {
        cwd: '/',
        encoding: 'utf8',
        env: { NODE_ENV: 'production' },
        ...(process.getuid?.() === 0 ? { uid: 65_532, gid: 65_532 } : {}),
      });
    expect(run('--version')).toMatchObject({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' });
    expect(run('rules').stdout).toContain('trust-any-subject');
    expect(run('cluster-job', '--help').status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
