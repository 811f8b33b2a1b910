/**
 * `npm run rehearse`: a deployment's whole life without AWS. Deploys the app to moto, updates it from each configuration to
 * the next, destroys it; runs the synthesized state machine with the real handlers in the sandbox; then says what neither of
 * them can show. Exit code 1 where a part failed.
 */
import { startSandbox } from '../sandbox/start-sandbox.ts';
import { fleetServers, twoAccounts, twoRegions } from '../sandbox/world/scenarios/two-accounts.ts';
import { cdkOnMoto } from '../test/support/cdk-on-moto.ts';

const reader = { to: 'email', addresses: ['platform@example.com'] };
/** In the order of a year: the first deployment, more options, a key, more accounts. moto fails on a stack with the fast
 *  lane. */
const configurations: readonly (readonly [title: string, configuration: object])[] = [
  ['one account, alerts by mail', { notifications: [reader], operations: reader }],
  [
    'inside of clusters, with a weekly summary',
    {
      ...{ notifications: [reader], operations: reader },
      inCluster: { enabled: true },
      weeklySummary: { enabled: true },
      dashboard: true,
    },
  ],
  ['a key of the account', { operations: reader, customerKey: true }],
  [
    'two accounts, without alarms',
    { accounts: { from: 'list', accountIds: ['111122223333', '444455556666'] }, operations: 'none' },
  ],
];

const failures: string[] = [];
const step = async <T>(title: string, work: () => Promise<T>): Promise<T | undefined> => {
  const started = Date.now();
  try {
    const result = await work();
    process.stdout.write(`ok     ${title} (${((Date.now() - started) / 1000).toFixed(0)} s)\n`);
    return result;
  } catch (error) {
    failures.push(title);
    process.stdout.write(`FAILED ${title}\n${String(error)}\n`);
    return undefined;
  }
};

const cdk = await cdkOnMoto();
const notMade = new Set<string>();
try {
  await step('bootstrap', cdk.bootstrap);
  for (const [title, configuration] of configurations) {
    await step(`deploy: ${title}`, () => cdk.deploy(configuration));
    for (const type of (await step('list its resources', cdk.skipped)) ?? []) notMade.add(type);
  }
  await step('destroy', cdk.destroy);
} finally {
  await cdk.stop();
}

const sandbox = await startSandbox({ issuers: fleetServers(), world: twoAccounts, regions: twoRegions });
try {
  for (const run of ['first', 'second'])
    await step(`the ${run} run of the synthesized state machine`, async () => {
      const { result, messages } = await sandbox.run(`rehearsal-${run}`);
      process.stdout.write(`       ${result.transitions.length} changes, ${messages.length} messages\n`);
    });
} finally {
  await sandbox.stop();
}

process.stdout.write(`
Not shown here:
- moto takes without making them: ${[...notMade].sort().join(', ')}
- the fast lane: moto fails on a stack that has it
- moto evaluates no policy, and has no quotas: test/infra asks both of the template
- an import of the table, a rollback, drift, and keys that AWS manages
- times: of a map of many accounts, of cold starts, of mails (docs/first-hour.md lists what to look at on AWS)
`);
process.exitCode = failures.length > 0 ? 1 : 0;
