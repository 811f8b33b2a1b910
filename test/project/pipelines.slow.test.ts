/** The action, the jobs of GitLab and the page about pipelines, run as a runner would run them. */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

interface ActionStep {
  readonly name: string;
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}
const action: {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: { readonly steps: readonly ActionStep[] };
} = parse(readFileSync('action.yml', 'utf8'));
const { steps } = action.runs;

/** A package that npm takes from this machine: its program writes down how it is called, and runs that of this checkout. */
const calls = join(folder, 'calls');
const packed = join(folder, 'packed', 'package');
mkdirSync(join(packed, 'bin'), { recursive: true });
writeFileSync(
  join(packed, 'package.json'),
  JSON.stringify({ name: 'irsa-auditor', version: '9.9.9', type: 'module', bin: 'bin/irsa-auditor.js' }),
);
writeFileSync(
  join(packed, 'bin', 'irsa-auditor.js'),
  `import { appendFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(calls)}, \`\${process.argv[2]}\\n\`);
await import(${JSON.stringify(pathToFileURL(resolve('bin/irsa-auditor.js')).href)});
`,
);
const tarball = join(folder, 'irsa-auditor.tgz');
const served = createServer((_, answer) => answer.end(readFileSync(tarball)));
beforeAll(async () => {
  await run(`tar czf '${tarball}' -C '${join(folder, 'packed')}' package`, {});
  await new Promise<void>(done => served.listen(0, '127.0.0.1', done));
});
afterAll(() => {
  served.close();
});

interface Job {
  readonly exits: readonly number[];
  readonly out: string;
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly summary: string;
  /** Variables and outputs of the job for its later steps. */
  readonly left: string;
  readonly uploads: Readonly<Record<string, string>>;
}

/** Runs the steps as a runner does: expressions filled in, each script as bash, outputs by file. Nothing is uploaded. */
const runJob = async (inputs: Readonly<Record<string, string>> = {}, path = process.env.PATH ?? ''): Promise<Job> => {
  const own = mkdtempSync(join(folder, 'job-'));
  const files = {
    GITHUB_STEP_SUMMARY: join(own, 'summary'),
    GITHUB_PATH: join(own, 'path'),
    GITHUB_ENV: join(own, 'env'),
  };
  for (const file of Object.values(files)) writeFileSync(file, '');
  writeFileSync(calls, '');
  const { address, port } = served.address() as AddressInfo;
  const outputs: Record<string, Readonly<Record<string, string>>> = {};
  const usual = Object.fromEntries(Object.entries(action.inputs).map(([name, one]) => [name, one.default]));
  const given: Readonly<Record<string, string>> = { ...usual, package: `http://${address}:${port}/x.tgz`, ...inputs };
  const filledIn = (expression: string): string => {
    const [first = '', second = '', , fourth = ''] = expression.trim().split('.');
    if (first === 'inputs') return given[second] ?? '';
    if (first === 'steps') return outputs[second]?.[fourth] ?? '';
    return { 'runner.temp': own, 'github.action_path': resolve('.') }[expression.trim()] ?? '';
  };
  const filled = (map: ActionStep['env'] = {}) =>
    Object.fromEntries(
      Object.entries(map).map(([name, text]) => [name, text.replace(/\$\{\{([^}]*)\}\}/g, (_, one) => filledIn(one))]),
    );
  const exits: number[] = [];
  let [out, uploads] = ['', {}];
  for (const step of steps) {
    if (step.run === undefined) uploads = filled(step.with);
    else {
      const output = join(own, `output-${step.name}`);
      writeFileSync(output, '');
      const ended = await run(step.run, { PATH: path, ...files, ...filled(step.env), GITHUB_OUTPUT: output });
      exits.push(ended.code);
      out += ended.out;
      const written = readFileSync(output, 'utf8').trim().split('\n');
      outputs[step.id ?? step.name] = Object.fromEntries(written.map(line => line.split(/=(.*)/s).slice(0, 2)));
    }
  }
  const summary = readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8');
  const left = readFileSync(files.GITHUB_PATH, 'utf8') + readFileSync(files.GITHUB_ENV, 'utf8');
  return { exits, out, outputs, summary, left, uploads };
};

const withNode24 = `${dirname(process.execPath)}:${process.env.PATH}`;
const resultsOf = ({ outputs }: Job): readonly unknown[] =>
  JSON.parse(readFileSync(outputs.run?.sarif ?? '', 'utf8')).runs[0].results;

describe('the action', () => {
  test.each<[string, Readonly<Record<string, string>>, number, number]>([
    ['a repository', {}, 1, 1],
    ['a folder with a space', { paths: 'with space\n' }, 1, 1],
    ['several paths', { paths: 'good.yaml\n\nwith space\n' }, 1, 1],
    ['a clean file', { paths: 'good.yaml' }, 0, 0],
    ['a path that looks like an option', { paths: '--version' }, 2, 0],
    ['a severity to fail on', { 'fail-on': 'critical' }, 0, 1],
    ['no severity to fail on', { 'fail-on': 'never' }, 0, 1],
    ['arguments', { arguments: '--exclude\nwith space\n' }, 0, 0],
    ['text for a shell', { arguments: '--exclude\n$(touch run-by-the-shell); `id`\n' }, 1, 1],
  ])('%s', async (_, inputs, exitCode, count) => {
    const before = readdirSync(repository);
    const job = await runJob(inputs, withNode24);
    expect(job.exits).toEqual([0, 0, exitCode]);
    expect(job.outputs.run?.['exit-code']).toBe(`${exitCode}`);
    expect(resultsOf(job)).toHaveLength(count);
    // Once, beside the question of the install step whether the program runs; and the checkout stays as it was.
    expect(
      readFileSync(calls, 'utf8')
        .split('\n')
        .filter(one => one === 'lint'),
    ).toHaveLength(1);
    expect(readdirSync(repository)).toEqual(before);
    expect(job.left).toBe('');
  });

  test('findings are annotations, a summary and SARIF, with the corrected line', async () => {
    const job = await runJob({}, withNode24);
    expect(job.out).toContain('::error file=with space/bad.yaml,line=7,col=5');
    expect(job.summary).toContain('## irsa-auditor lint');
    expect(job.summary).toContain('with space/bad.yaml:7');
    expect(job.uploads).toEqual({ sarif_file: job.outputs.run?.sarif, category: 'irsa-auditor-lint' });
    expect(resultsOf(job)).toEqual([expect.objectContaining({ ruleId: 'service-account-role-arn-malformed' })]);
  });

  test('a link in the checkout is not followed', async () => {
    const target = join(folder, 'not-to-be-written');
    writeFileSync(target, 'as it was');
    const links = ['irsa-auditor.sarif', 'summary.md', 'results'].map(name => join(repository, name));
    for (const link of links) symlinkSync(target, link);
    const job = await runJob({ paths: 'with space' }, withNode24);
    for (const link of links) rmSync(link);
    expect([readFileSync(target, 'utf8'), resultsOf(job)]).toEqual(['as it was', [expect.anything()]]);
    expect(job.outputs.run?.sarif?.startsWith(repository)).toBe(false);
  });

  test('a Node.js that is too old stays the one of the job, and the program gets its own', async () => {
    const old = join(folder, 'old');
    mkdirSync(old, { recursive: true });
    const script = (name: string, text: string): void => {
      writeFileSync(join(old, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
    };
    script('node', 'exit 2');
    script(
      'npm',
      `echo "$*" >> '${join(folder, 'npm.log')}'
folder=$3; case "$*" in *node@24*) mkdir -p "$folder/node_modules/node/bin"; ln -s '${process.execPath}' "$folder/node_modules/node/bin/node" ;;
*) mkdir -p "$folder/node_modules"; cp -r '${packed}' "$folder/node_modules/irsa-auditor" ;; esac`,
    );
    const job = await runJob({ package: 'irsa-auditor@9.9.9' }, `${old}:/usr/bin:/bin`);
    const version = JSON.parse(readFileSync('package.json', 'utf8')).devDependencies.node;
    expect([job.exits, job.left]).toEqual([[0, 0, 1], '']);
    expect(readFileSync(join(folder, 'npm.log'), 'utf8')).toContain(`node@${version}\n`);
  });

  test('a scan is one run', async () => {
    const job = await runJob({ command: 'scan', arguments: '--region\nmoon-1' }, withNode24);
    expect(job.exits).toEqual([0, 0, 2]);
    expect(
      readFileSync(calls, 'utf8')
        .split('\n')
        .filter(one => ['scan', 'report'].includes(one)),
    ).toEqual(['scan']);
  });

  test('another command is refused', async () => {
    const job = await runJob({ command: 'fix' }, withNode24);
    expect(job.exits).toEqual([0, 0, 2]);
    expect(job.out).toContain('::error title=irsa-auditor::command: got fix, wanted lint or scan\n');
  });

  test('an install that fails fails the job', async () => {
    expect((await runJob({ package: join(folder, 'none.tgz') }, withNode24)).exits.at(-1)).not.toBe(0);
  });

  test('no input is part of a script, each that is used is declared, and other actions are pinned', () => {
    const text = readFileSync('action.yml', 'utf8');
    expect(steps.filter(step => step.run?.includes('${{'))).toEqual([]);
    const used = [...text.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name);
    expect(used.length).toBeGreaterThan(5);
    expect([...new Set(used)].sort()).toEqual(Object.keys(action.inputs).sort());
    const others = steps.flatMap(({ uses }) => uses ?? []);
    expect(others).toEqual([expect.stringMatching(/^github\/codeql-action\/upload-sarif@[0-9a-f]{40}$/)]);
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

  test('no name of a file in the checkout is an option', async () => {
    const names = ['--exclude=*.yaml', 'worse.yaml'].map(name => join(repository, name));
    for (const name of names) writeFileSync(name, account('arn:aws:iam::1:role/cart'));
    const { code, out } = await run(lint, { IRSA_AUDITOR_PATHS: '*.yaml', IRSA_AUDITOR_ARGUMENTS: '--skip-others' });
    for (const name of names) rmSync(name);
    expect([code, out]).toEqual([1, expect.stringContaining('worse.yaml')]);
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
      const { out } = await run(`irsa-auditor ${name} --help; irsa-auditor help options`, {});
      for (const word of some.flat()) if (word.startsWith('--')) expect(out).toContain(word);
    }
  });

  test('a chart that is rendered, and a folder, are linted as the page has it', async () => {
    const rendered = await run("cat 'with space/bad.yaml' | irsa-auditor lint -", {});
    expect(rendered.code).toBe(1);
    expect((await run("irsa-auditor lint --exclude 'with*' --exclude '*.example.tf' .", {})).code).toBe(0);
  });
});
