/**
 * The fleet table: fleets of 1 to 5,000 accounts with 20 clusters, read from inside, and 1,500 roles each. Each step runs in
 * a process of its own with a heap as in Lambda, and its memory and CPU are measured. Steps that are called for each account
 * are measured over five accounts of the fleet: their documents are of the whole fleet, and no account's work depends on
 * another's. Transitions and requests are counted by whole runs of the real definition over accounts with one cluster and no
 * roles: none of the counts depends on roles, and `scripts/cost.ts` counts more clusters. Arguments: sizes of fleets.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stepNames } from '../lib/audit/contract.ts';
import { simulate, templatesOf } from './fleet/simulate.ts';

const accountSize = { clusters: 20, roles: 1500, inCluster: true };
const sizes = process.argv.slice(2).map(Number);
/** Megabytes of old objects: a function of 512 MB has room for them beside the rest of the process. */
const heap = 400;

const folder = mkdtempSync(join(tmpdir(), 'fleet-'));
const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));

const stepsOf = (accounts: number): readonly unknown[] => {
  write('size.json', { ...accountSize, accounts });
  write('kept.json', []);
  return stepNames.map(step => {
    const flags = [`--max-old-space-size=${heap}`, '--disable-warning=ExperimentalWarning'];
    const script = join(import.meta.dirname, 'fleet', 'one-step.ts');
    return JSON.parse(execFileSync(process.execPath, [...flags, script, step, folder], { encoding: 'utf8' }));
  });
};

try {
  write('templates.json', [...(await templatesOf(accountSize))]);
  for (const accounts of sizes.length > 0 ? sizes : [1, 50, 500, 2000, 5000]) {
    const { seconds: _cpu, ...counts } = await simulate({ accounts, clusters: 1, roles: 0, inCluster: false });
    console.log(JSON.stringify({ accounts, steps: stepsOf(accounts), counts }));
  }
} finally {
  rmSync(folder, { recursive: true });
}
