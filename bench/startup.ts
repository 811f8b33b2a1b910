/**
 * How long a person waits for `--help` and for one decision (`who-can-assume`): wall time of a process, in milliseconds, for
 * the built command line, for the checkout (after a first run has filled its compile cache), and for `aws --version` and `kubectl version --client` where they are
 * installed. Prints one JSON object.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const repeats = 15;
const folder = mkdtempSync(join(tmpdir(), 'irsa-startup-'));
const policy = join(folder, 'policy.json');
const provider = 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A';
writeFileSync(
  policy,
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity', Principal: { Federated: provider } }],
  }),
);

const wall = (program: string, args: readonly string[]): number => {
  const began = performance.now();
  const { error } = spawnSync(program, args, { stdio: 'ignore' });
  return error === undefined ? performance.now() - began : Number.NaN;
};

/** Undefined where the program is not installed. */
const measured = (program: string, args: readonly string[]) => {
  const times = Array.from({ length: repeats }, () => wall(program, args)).sort((a, b) => a - b);
  const [best = Number.NaN] = times;
  if (Number.isNaN(best)) return undefined;
  return { best: Math.round(best), median: Math.round(times[Math.floor(repeats / 2)] ?? best) };
};

const ofIrsaAuditor = (script: string) => ({
  help: measured(process.execPath, [script, '--help']),
  canAssume: measured(process.execPath, [
    script,
    'who-can-assume',
    '--policy',
    policy,
    '--service-account',
    'shop/cart',
  ]),
});

try {
  const built = 'dist/irsa-auditor.js';
  const result = {
    repeats,
    node: measured(process.execPath, ['--eval', '0']),
    built: existsSync(built) ? ofIrsaAuditor(built) : 'not built: npm run build',
    checkout: ofIrsaAuditor('bin/from-source.js'),
    aws: measured('aws', ['--version']) ?? 'not installed',
    kubectl: measured('kubectl', ['version', '--client']) ?? 'not installed',
  };
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
