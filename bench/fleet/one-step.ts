/**
 * One step of a run over a synthetic fleet, in a process of its own as in Lambda: `one-step.ts STEP FOLDER`, where the
 * folder has `size.json`, `templates.json` and the documents of the whole fleet, `kept.json`. Prints one line of JSON.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { choicesOf } from '../../lib/audit/choices-of.ts';
import type { StepName } from '../../lib/audit/contract.ts';
import { stepHandlers } from '../../sandbox/step-handlers.ts';
import { countedTable } from './counted-table.ts';
import { configurationOf, type FleetSize, portsOf } from './simulate.ts';
import { templateStore } from './template-store.ts';
import { accountIdOf } from './world.ts';

const [step = '', folder = ''] = process.argv.slice(2);
const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const size = read<FleetSize>('size.json');
/** The documents of earlier steps are there, and none of those that this one has to write. */
const isThere = (key: string): boolean => step !== 'collect-cluster' || !key.includes('/clusters/');
const store = templateStore(new Map(read<[string, string][]>('templates.json')), size.accounts, isThere);
for (const [key, text] of read<[string, string][]>('kept.json')) store.kept.set(key, text);
const handlers = stepHandlers(portsOf(size, store.documents, countedTable()), choicesOf(configurationOf(size)));

/** Accounts that are measured of a step that is called for each: the first, the last and some between. */
const sampled = 5;
const numbers = [
  ...new Set(Array.from({ length: sampled }, (_, at) => Math.floor((at * (size.accounts - 1)) / (sampled - 1)))),
];
const run = { runId: 'run', startedAt: '2026-11-25T06:00:00.000Z' };
const accounts = Array.from({ length: size.accounts }, (_, number) => accountIdOf(number));
const clusters = Array.from({ length: size.clusters }, (_, cluster) => `eu-west-1/prod-${cluster}`);

const inputs: Readonly<Record<StepName, readonly unknown[]>> = {
  'list-targets': [run],
  'collect-account': numbers.map(number => ({ ...run, accountId: accountIdOf(number) })),
  'collect-cluster': numbers.map(number => ({ ...run, accountId: accountIdOf(number), clusters })),
  'index-issuers': [{ ...run, accounts }],
  'probe-issuers': [{ ...run, accounts }],
  'evaluate-account': numbers.map(number => ({ ...run, accountId: accountIdOf(number) })),
  'notify-drift': [{ ...run, accounts }],
  'complete-run': [{ ...run, accounts }],
};

const handler = handlers[step as StepName];
if (handler === undefined) throw new Error(`there is no step ${step}`);
const before = process.cpuUsage();
const began = performance.now();
for (const input of inputs[step as StepName]) await handler(input);
const { user, system } = process.cpuUsage(before);
// The work of the measurement itself comes after it.
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
const calls = inputs[step as StepName].length;
writeFileSync(join(folder, 'kept.json'), JSON.stringify([...store.kept]));
console.log(
  JSON.stringify({
    step,
    calls,
    megabytes,
    cpuSeconds: Number(((user + system) / 1e6 / calls).toFixed(2)),
    seconds: Number(((performance.now() - began) / 1000 / calls).toFixed(2)),
  }),
);
