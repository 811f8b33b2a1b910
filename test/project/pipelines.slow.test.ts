/** The action, the jobs of GitLab and the page about pipelines, run as a runner would run them. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-pipelines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that writes its arguments and stands for one that is installed. */
const bin = join(folder, 'bin');
mkdirSync(bin);
const program = (name: string, text: string): void => {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
};
program('irsa-auditor', `exec '${process.execPath}' '${resolve('bin/irsa-auditor.js')}' "$@"`);
program('npm', `echo "npm $*" >> '${join(folder, 'npm.log')}'`);

const repository = join(folder, 'repository');
mkdirSync(join(repository, 'with space'), { recursive: true });
const account = (role: string): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: cart\n  namespace: shop\n  annotations:\n    eks.amazonaws.com/role-arn: ${role}\n`;
writeFileSync(join(repository, 'with space', 'bad.yaml'), account('arn:aws:iam::1:role/cart'));
writeFileSync(join(repository, 'good.yaml'), account('arn:aws:iam::111122223333:role/cart'));

interface Ended {
  readonly code: number;
  readonly out: string;
}

const run = (script: string, environment: Readonly<Record<string, string>>): Promise<Ended> =>
  new Promise(done => {
    const env = { PATH: `${bin}:${process.env.PATH}`, HOME: folder, ...environment };
    execFile(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
      { cwd: repository, env },
      (error, out, err) => done({ code: typeof error?.code === 'number' ? error.code : 0, out: `${out}${err}` }),
    );
  });

const action = parse(readFileSync('action.yml', 'utf8'));
const steps: readonly { name?: string; uses?: string; run?: string; env?: Record<string, string> }[] =
  action.runs.steps;
const scriptOf = (name: string): string => steps.find(step => step.name === name)?.run ?? '';

describe('the action', () => {
  const outputs = join(folder, 'outputs');
  const runAction = async (inputs: Readonly<Record<string, string>>) => {
    writeFileSync(outputs, '');
    const environment = {
      COMMAND: 'lint',
      PATHS: '.',
      ARGUMENTS: '',
      SARIF: 'out.sarif',
      GITHUB_OUTPUT: outputs,
      ...inputs,
    };
    const ended = await run(scriptOf('Run irsa-auditor'), environment);
    return { ...ended, outputs: readFileSync(outputs, 'utf8') };
  };
  const results = () => JSON.parse(readFileSync(join(repository, 'out.sarif'), 'utf8')).runs[0].results;

  test.each<[string, Readonly<Record<string, string>>, number, number]>([
    ['a repository', {}, 1, 1],
    ['a folder with a space', { PATHS: 'with space\n' }, 1, 1],
    ['several paths', { PATHS: 'good.yaml\n\nwith space\n' }, 1, 1],
    ['a clean file', { PATHS: 'good.yaml' }, 0, 0],
    ['arguments', { ARGUMENTS: '--exclude\nwith space\n' }, 0, 0],
    ['text for a shell', { ARGUMENTS: '--exclude\n$(touch run-by-the-shell); `id`\n' }, 1, 1],
  ])('%s', async (_, inputs, exitCode, count) => {
    const { code, outputs: written } = await runAction(inputs);
    expect([code, written]).toEqual([0, `exit-code=${exitCode}\n`]);
    expect(results()).toHaveLength(count);
    await expect(run('test ! -e run-by-the-shell', {})).resolves.toMatchObject({ code: 0 });
  });

  test('findings are annotations', async () => {
    expect((await runAction({})).out).toContain('::error file=with space/bad.yaml,line=7,col=5');
  });

  test('another command is refused', async () => {
    expect(await runAction({ COMMAND: 'fix' })).toMatchObject({
      outputs: 'exit-code=2\n',
      out: '::error title=irsa-auditor::command: got fix, wanted lint or scan\n',
    });
  });

  test.each([
    ['0', 0],
    ['1', 1],
    ['', 2],
  ])('the job ends with exit code "%s"', async (code, expected) => {
    expect((await run(scriptOf('Result'), { CODE: code })).code).toBe(expected);
  });

  test('no input is part of a script, and each that is used is declared', () => {
    const text = readFileSync('action.yml', 'utf8');
    expect(steps.filter(step => step.run?.includes('${{'))).toEqual([]);
    const used = [...text.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name);
    expect(used.length).toBeGreaterThan(5);
    expect([...new Set(used)].sort()).toEqual(Object.keys(action.inputs).sort());
  });
});

describe('the jobs of GitLab', () => {
  const jobs = parse(readFileSync('ci/gitlab.yml', 'utf8'));
  const [lint] = jobs['irsa-auditor-lint'].script;

  test.each([
    ['.', 1],
    ['good.yaml', 0],
  ])('lint of %s', async (paths, expected) => {
    const { code, out } = await run(lint, { IRSA_AUDITOR_PATHS: paths, IRSA_AUDITOR_ARGUMENTS: '--min-severity low' });
    expect(code).toBe(expected);
    expect(out).toContain('service account');
    expect(readFileSync(join(repository, 'irsa-auditor.xml'), 'utf8')).toContain(`failures="${expected}"`);
    expect(JSON.parse(readFileSync(join(repository, 'irsa-auditor.sarif'), 'utf8')).runs[0].results).toHaveLength(
      expected,
    );
  });

  test('without a package the job says what is missing', async () => {
    const [check] = jobs['.irsa-auditor'].before_script;
    expect(await run(check, { IRSA_AUDITOR_PACKAGE: '' })).toMatchObject({
      code: 2,
      out: expect.stringContaining('IRSA_AUDITOR_PACKAGE is empty'),
    });
    expect((await run(check, { IRSA_AUDITOR_PACKAGE: 'x.tgz' })).code).toBe(0);
  });

  test('the token of a scan is a file that is taken away', async () => {
    const seen = join(folder, 'seen');
    program('irsa-auditor', `cat "$AWS_WEB_IDENTITY_TOKEN_FILE" > '${seen}'; echo "$*" >> '${seen}'; exit 3`);
    const [scan] = jobs['irsa-auditor-scan'].script;
    const environment = { AWS_TOKEN: 'token-', IRSA_AUDITOR_ARGUMENTS: '--all-regions', CI_PROJECT_DIR: repository };
    const { code } = await run(scan, environment);
    program('irsa-auditor', `exec '${process.execPath}' '${resolve('bin/irsa-auditor.js')}' "$@"`);
    expect(code).toBe(3);
    expect(readFileSync(seen, 'utf8')).toBe(
      'token-scan --all-regions --format sarif --output-file irsa-auditor.sarif\n',
    );
    expect((await run(`test ! -e '${repository}.token'`, {})).code).toBe(0);
  });
});

describe('the page', () => {
  const page = readFileSync('docs/ci.md', 'utf8');
  const blocks = (language: string): readonly string[] =>
    [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

  test('every recipe is YAML, and gives the action what it takes', () => {
    const recipes = blocks('yaml').map(text => parse(text));
    expect(recipes).toHaveLength(4);
    const used = recipes
      .flatMap(({ jobs }) => Object.values<{ steps: { uses?: string; with?: object }[] }>(jobs ?? {}))
      .flatMap(job => job.steps.filter(({ uses }) => uses?.startsWith('your-org/irsa-auditor')));
    expect(used).toHaveLength(2);
    for (const { with: inputs = {} } of used)
      for (const name of Object.keys(inputs)) expect(Object.keys(action.inputs)).toContain(name);
  });

  test('every option of its commands is one', async () => {
    const commands = blocks('sh')
      .flatMap(text => text.split(/\n|&&|\|/))
      .map(line => line.replace(/#.*/, '').trim())
      .filter(line => line.startsWith('irsa-auditor '));
    expect(commands.length).toBeGreaterThan(7);
    const words = commands.map(command => command.split(/\s+/).slice(1));
    const nameOf = ([first, second]: readonly string[]) => (first === 'policy' ? `policy ${second}` : `${first}`);
    for (const [name, some] of Map.groupBy(words, nameOf)) {
      const { out } = await run(`irsa-auditor ${name} --help`, {});
      for (const word of some.flat()) if (word.startsWith('--')) expect(out).toContain(word);
    }
  });

  test('a chart that is rendered, and a folder, are linted as the page has it', async () => {
    const rendered = await run("cat 'with space/bad.yaml' | irsa-auditor lint -", {});
    expect(rendered.code).toBe(1);
    expect((await run("irsa-auditor lint --exclude 'with*' --exclude '*.example.tf' .", {})).code).toBe(0);
  });
});
