import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rememberScan } from '../../lib/cli/findings/last-scan.ts';
import { complete } from '../../lib/model/collected.ts';
import { aReport } from '../report/sample-report.ts';
import { runCommand } from '../support/captured-io.ts';
import { compileCache } from '../support/compile-cache.ts';
import { aCluster, aRole, someFacts } from '../support/example-world.ts';
import { needing } from '../support/needing.ts';

const cluster = { server: 'https://x.gr7.eu-west-1.eks.amazonaws.com' };
const names = ['prod', '$(touch hacked)', 'arn:aws:eks:eu-west-1:111122223333:cluster/shop'];
const kubeconfig = {
  'current-context': 'prod',
  clusters: names.map(name => ({ name, cluster })),
  users: [{ name: 'u', user: { token: 't' } }],
  contexts: names.map(name => ({ name, context: { cluster: name, user: 'u' } })),
};

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-completion-'));
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
  writeFileSync(join(folder, 'policy.json'), '{}');
  mkdirSync(join(folder, '.cache'));
  const roles = ['checkout-cart', 'checkout-mail', 'ch$(touch hacked)', 'other'].map(name => aRole({ name }));
  const store = { ...someFacts().fleet, clusters: [{ ...aCluster({ name: 'store' }) }] };
  const facts = [{ ...someFacts({ roles: complete(roles) }), fleet: store }];
  await rememberScan({ report: aReport(), asked: {} }, facts, { env: { HOME: folder }, cwd: folder });
  const program = join(folder, 'irsa-auditor');
  writeFileSync(
    program,
    `#!/bin/sh\nexec ${process.execPath} --disable-warning=ExperimentalWarning ${resolve('bin/irsa-auditor.ts')} "$@"\n`,
  );
  chmodSync(program, 0o755);
  for (const shell of ['bash', 'zsh', 'fish'])
    writeFileSync(join(folder, shell), (await runCommand(['completion', shell])).stdout);
  mkdirSync(join(folder, 'fpath'));
  writeFileSync(join(folder, 'fpath/_irsa-auditor'), readFileSync(join(folder, 'zsh')));
});
afterAll(() => rmSync(folder, { recursive: true }));

const env = () => ({
  PATH: `${folder}:${process.env.PATH}`,
  HOME: folder,
  KUBECONFIG: join(folder, 'kubeconfig'),
  TERM: 'dumb',
  ...compileCache,
});
const inShell = (shell: string, script: string): readonly string[] => {
  const { stdout, stderr, status } = spawnSync(shell, ['-c', script], { cwd: folder, env: env(), encoding: 'utf8' });
  expect([stderr, status]).toEqual(['', 0]);
  return stdout.split('\n').filter(line => line !== '');
};
const isInstalled = (program: string): boolean => spawnSync(program, ['-c', 'true']).error === undefined;

/** The typed words, and the completions of the last one. */
const cases: readonly (readonly [typed: string, wanted: readonly string[]])[] = [
  ['scan --rule trust-any-s', ['trust-any-service-account-in-namespace', 'trust-any-subject']],
  ['scan --context p', ['prod']],
  ['scan --cluster s', ['shop', 'store']],
  ['who-can-assume --role ch', ['checkout-cart', 'checkout-mail']],
  ['scan --fail-on h', ['high']],
  ['lint pol', ['policy.json']],
  ['findings sh', ['show']],
];

const completions: Readonly<Record<string, (typed: string) => string>> = {
  bash: typed =>
    `source ./bash; COMP_WORDS=(irsa-auditor ${typed}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _irsa_auditor; printf '%s\\n' "\${COMPREPLY[@]}"`,
  fish: typed => `source ./fish; complete -C "irsa-auditor ${typed}"`,
};

for (const [shell, completion] of Object.entries(completions))
  needing(shell, isInstalled(shell))(`in ${shell}`, () => {
    test.each(cases)('"%s" is completed', (typed, wanted) => {
      const found = inShell(shell, completion(typed)).map(line => line.split('\t')[0]);
      expect(found).toEqual(expect.arrayContaining([...wanted]));
      expect(found.filter(word => !wanted.includes(word ?? ''))).toEqual([]);
    });
  });

needing('zsh', isInstalled('zsh'))('in zsh', () => {
  /** Completion runs only while a line is edited: the functions of zsh that it calls are replaced by ones that print. */
  const specs = (words: string) =>
    inShell(
      'zsh',
      `compdef() { }; _arguments() { print -rl -- "$@" }; _describe() { print -rl -- $commands }; source ./zsh; words=(irsa-auditor ${words}); CURRENT=$((\${#words} + 0)); _irsa_auditor`,
    );
  test('commands, values, files and names that are looked up are offered', () => {
    expect(specs('x')).toEqual(expect.arrayContaining([expect.stringMatching(/^scan:/)]));
    const offered = specs('scan x x').join('\n');
    expect(offered).toMatch(/^--fail-on\[.*\]:value:\(critical high /m);
    expect(offered).toMatch(/^--rule\[.*\]:value:\(.*trust-any-subject/m);
    expect(offered).toContain(':value:($(irsa-auditor completion --values contexts 2>/dev/null))');
    expect(offered).toMatch(/^--config\[.*\]:value:_files$/m);
    expect(specs('lint x x')).toContain('*:file:_files');
  });
});

const hasTerminal = isInstalled('zsh') && spawnSync('script', ['--version']).error === undefined;
needing('zsh and script', hasTerminal)('in zsh, by keystrokes', () => {
  /** The terminal after the words and a tab. The script lies in fpath, as help says. */
  const typed = (words: string, wanted: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const terminal = spawn('script', ['-qefc', 'zsh -f -i', '/dev/null'], {
        cwd: folder,
        env: { ...env(), SHELL: '/bin/sh' },
      });
      let shown = '';
      let isReady = false;
      const done = () => {
        terminal.removeAllListeners();
        terminal.kill('SIGKILL');
        resolve(shown);
      };
      terminal.on('error', reject).on('exit', done);
      terminal.stdout.on('data', chunk => {
        shown += String(chunk);
        if (!isReady && shown.includes('READY')) {
          isReady = true;
          shown = '';
          terminal.stdin.write(`irsa-auditor ${words}\t`);
        } else if (isReady && (shown.includes(wanted) || shown.includes('\u0007'))) done();
      });
      const setUp = `fpath=(${folder}/fpath $fpath); autoload -U compinit; compinit -u -d ${folder}/dump`;
      terminal.stdin.write(`PS1=; ${setUp}; bindkey '^I' expand-or-complete; echo REA''DY\n`);
    });

  test.each([
    ['scan --rule trust-any-sub', 'trust-any-subject'],
    ['scan --fail-on hi', 'high'],
    ['scan --context pr', 'prod'],
    ['who-can-assume --role checkout-c', 'checkout-cart'],
    ['lint pol', 'policy.json'],
    ['expl', 'explain'],
  ])('the first tab after "%s" makes %s of it', async (words, wanted) => {
    expect(await typed(words, wanted)).toContain(wanted);
  });
});

test('names that a shell would run are not offered', async () => {
  const { stdout } = await runCommand(['completion', '--values', 'contexts'], { env: env(), cwd: folder });
  expect(stdout.split('\n')).toEqual(['arn:aws:eks:eu-west-1:111122223333:cluster/shop', 'prod', '']);
  const namesOf = async (kind: string, own: Readonly<Record<string, string>>) =>
    (await runCommand(['completion', '--values', kind], { env: own, cwd: folder })).stdout.split('\n');
  expect(await namesOf('roles', env())).toEqual(['checkout-cart', 'checkout-mail', 'other', '']);
  expect(await namesOf('clusters', {})).toEqual(['']);
  expect(await namesOf('roles', {})).toEqual(['']);
});
