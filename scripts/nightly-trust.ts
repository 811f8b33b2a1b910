/**
 * The long trials of the trust core: a million decisions against the naive interpreter, sets against decisions, broken
 * input, everyone who may assume a role, questions of RBAC and permissions of roles against brute force. Prints one JSON object; exit code 1 if anything failed. `--scale 0.01` runs a hundredth.
 */
import { permissionTrial } from '../test/support/permission-trial.ts';
import { rbacTrial } from '../test/support/rbac-trial.ts';
import {
  budgetTrial,
  fuzzTrial,
  monotonyTrial,
  oracleTrial,
  setTrial,
  type Trial,
} from '../test/support/trust-trials.ts';
import { accountTrial, loginTrial, podTrial } from '../test/support/who-trials.ts';

const scaleAt = process.argv.indexOf('--scale');
const scale = scaleAt < 0 ? 1 : Number(process.argv[scaleAt + 1]);
const seedAt = process.argv.indexOf('--seed');
const seed = seedAt < 0 ? 20_261_101 : Number(process.argv[seedAt + 1]);

const trials: readonly (readonly [string, number, (cases: number, seed: number) => Trial])[] = [
  ['decision against oracle', 1_000_000, oracleTrial],
  ['set against decision', 100_000, setTrial],
  ['monotony and order', 50_000, monotonyTrial],
  ['sets near the budget', 5_000, budgetTrial],
  ['broken input', 50_000, fuzzTrial],
  ['pods by brute force', 1_000_000, podTrial],
  ['RBAC by brute force', 100_000, rbacTrial],
  ['permissions of roles by brute force', 100_000, permissionTrial],
  ['AWS accounts by brute force', 20_000, accountTrial],
  ['logins by brute force', 20_000, loginTrial],
];

const results: Record<string, unknown> = {};
let failed = 0;
for (const [name, cases, run] of trials) {
  const began = performance.now();
  const trial = run(Math.max(1, Math.round(cases * scale)), seed);
  failed += trial.failed;
  results[name] = { ...trial, seconds: Number(((performance.now() - began) / 1000).toFixed(1)) };
  process.stderr.write(`${name}: ${trial.cases} cases, ${trial.failed} failed\n`);
}
process.stdout.write(`${JSON.stringify({ seed, scale, results }, null, 2)}\n`);
process.exitCode = failed > 0 ? 1 : 0;
