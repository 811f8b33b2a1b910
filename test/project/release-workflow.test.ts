/** The workflow of a release: its first step is run as a runner would, and its rights are read. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly needs?: string | readonly string[];
}
const text = readFileSync('.github/workflows/release.yml', 'utf8');
const workflow: { readonly permissions: object; readonly jobs: Readonly<Record<string, Job>> } = parse(text);
const steps = Object.values(workflow.jobs).flatMap(job => job.steps);

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-release-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How the first step ends for a tag, where the package and the chart have these versions. */
const firstStep = (tag: string, changed: object = {}, chart = packageJson.version): readonly unknown[] => {
  const { private: _, ...open } = packageJson;
  const published = { ...open, repository: { type: 'git', url: 'git+https://github.com/team/irsa-auditor.git' } };
  mkdirSync(join(folder, 'charts'), { recursive: true });
  cpSync('charts/irsa-auditor', join(folder, 'charts/irsa-auditor'), { recursive: true });
  const path = join(folder, 'charts/irsa-auditor/Chart.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^version: .*$/m, `version: ${chart}`));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...published, ...changed }));
  const script = workflow.jobs.check?.steps[1]?.run ?? 'exit 9';
  const env = {
    PATH: process.env.PATH,
    TAG: tag,
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'team/irsa-auditor',
  };
  const ended = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
  return [ended.status, ended.stdout, ended.stderr];
};
const tag = `v${packageJson.version}`;

test.each([
  ['the version', tag, {}, undefined, [0, '', '']],
  [
    'another version',
    'v7.7.7',
    {},
    undefined,
    [1, `::error::version of package.json is ${tag.slice(1)}, wanted 7.7.7\n`, ''],
  ],
  [
    'another version of the chart',
    tag,
    {},
    '9.9.9',
    [1, `::error::version of Chart.yaml is 9.9.9, wanted ${tag.slice(1)}\n`, ''],
  ],
  [
    'a private package',
    tag,
    { private: true },
    undefined,
    [1, '::error::private of package.json is true, wanted null\n', ''],
  ],
  [
    'the package of another repository',
    tag,
    { repository: { url: 'git+https://github.com/other/fork.git' } },
    undefined,
    [
      1,
      '::error::repository.url of package.json is git+https://github.com/other/fork.git, wanted git+https://github.com/team/irsa-auditor.git\n',
      '',
    ],
  ],
])('the tag with %s', (_, given, changed, chart, expected) => {
  expect(firstStep(given, changed, chart)).toEqual(expected);
});

test('each action is pinned by its commit, and no text of an event stands in a script', () => {
  const used = steps.flatMap(step => step.uses ?? []);
  expect(used.length).toBeGreaterThan(4);
  for (const name of used) expect(name).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
  for (const step of steps) expect(step.run ?? '').not.toContain('${{');
});

test('only the job that publishes may write, after the whole check', () => {
  expect(workflow.permissions).toEqual({});
  const writes = Object.entries(workflow.jobs).filter(([, job]) => Object.values(job.permissions).includes('write'));
  expect(writes.map(([name, job]) => [name, job.needs])).toEqual([['publish', ['check', 'mac']]]);
  expect(workflow.jobs.check?.steps.map(step => step.run)).toContain('.ci/run');
});
