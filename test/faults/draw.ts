/** The draws of a schedule before its runs: the profile, the choices, and the faults of each run. */
import type { StepName } from '../../lib/audit/contract.ts';
import { type Random, shareOf } from './random.ts';
import type { Run } from './simulation/run.ts';
import type { Options, Simulation } from './simulation/simulation.ts';
import { accountIds } from './world/names.ts';
import type { Asked } from './world/read-account.ts';
import type { ReadingFault } from './world/reading-faults.ts';
import type { World } from './world/world.ts';

/** The faults of runs: faults of reading; of the table, the bucket and destinations; crashes in the middle of steps;
 *  invocations that happen twice; two runs at once; some of each; all at once. */
export const profiles = ['reads', 'infra', 'crash', 'repeat', 'overlap', 'mix', 'storm'] as const;
export type Profile = (typeof profiles)[number];

const weighted: readonly Profile[] = [
  ...(['reads', 'reads', 'infra', 'crash', 'crash', 'repeat', 'repeat'] as const),
  ...(['overlap', 'overlap', 'mix', 'mix', 'storm'] as const),
];

/** The profile of a schedule that is not given one. */
export const drawProfile = (random: Random): Profile => random.pick(weighted);

export const drawAccounts = (random: Random): readonly string[] => {
  if (random.chance(0.3)) return accountIds.slice(0, 1);
  return random.chance(0.6) ? accountIds.slice(0, 2) : accountIds;
};

const drawAsked = (random: Random, isAlone: boolean): Asked => ({
  inCluster: random.chance(0.7),
  roleDetails: random.chance(0.5),
  cloudTrail: random.chance(0.5),
  registered: random.chance(isAlone ? 0.4 : 0.08),
});

export const drawWaivers = (random: Random, isAlone: boolean): World['waivers'] => {
  if (!random.chance(0.3)) return [];
  const ends = random.chance(isAlone ? 0.5 : 0.1) ? random.pick(['2026-10-01', '2026-11-02']) : '2029-11-01';
  const all = { subject: '*', reason: 'x', owner: 'me' };
  return [
    { ...all, rule: 'trust-any-subject', expires: ends },
    { ...all, rule: 'pod-not-injected', expires: '2027-01-01', upTo: 'medium' },
  ];
};

export const drawOptions = (random: Random, accounts: readonly string[]): Options => {
  const isAlone = accounts.length === 1;
  return {
    asked: drawAsked(random, isAlone),
    minSeverity: random.pick(['info', 'low', 'low', 'medium'] as const),
    quietHours: random.chance(0.4),
    retention: { resolvedDays: random.pick([1, 7, 90, 90]), historyDays: 400 },
    snapshotDays: 30,
    pageSize: random.pick([3, 10, 1000]),
  };
};

const steps: readonly StepName[] = [
  ...(['evaluate-account', 'evaluate-account', 'evaluate-account'] as const),
  ...(['notify-drift', 'notify-drift', 'notify-drift'] as const),
  ...(['collect-account', 'collect-cluster', 'index-issuers', 'probe-issuers', 'complete-run'] as const),
];
const crashNames = [
  'Runtime.ExitError',
  'Runtime.ExitError',
  'Sandbox.Timedout',
  'Lambda.ServiceException',
  'Lambda.SdkClientException',
];
const refusals = [
  ...['table:UpdateItem', 'table:Query', 'table:BatchWriteItem', 'table:BatchGetItem'],
  ...['doc:put:outbox', 'doc:put:outbox/.in', 'doc:get:outbox/.handed', 'doc:put:runs', 'doc:list'],
  ...['table:DeleteItem', 'table:GetItem', 'send:sns', 'send:webhook'],
];

/** Draws what befalls a run. */
export const disturb = (random: Random, profile: Profile, run: Run): void => {
  if (profile === 'reads') return;
  const drawn = (always: Profile, inStorm: number, inMix: number): boolean =>
    profile === always ||
    (profile === 'storm' && random.chance(inStorm)) ||
    (profile === 'mix' && random.chance(inMix));
  if (drawn('infra', 0.2, 0.4)) {
    const worst = random.pick([0.01, 0.03, 0.08, 0.2]);
    const rate = () => worst * random.next();
    run.rates = { throttle: rate(), error: rate(), lost: rate(), twice: rate() };
    if (random.chance(0.15)) run.denied = [random.pick(refusals)];
  }
  if (drawn('crash', 0.3, 0.5))
    run.crash = {
      step: random.pick(steps),
      at: 1 + random.int(random.pick([4, 12, 60])),
      before: random.chance(0.5),
      name: random.pick(crashNames),
      every: random.chance(0.15),
    };
  if (drawn('repeat', 0.8, 0.4)) {
    run.repeat = {
      step: random.pick(steps.filter(step => step !== 'index-issuers')),
      kind: random.pick(['together', 'after', 'zombie', 'zombie'] as const),
      at: 1 + random.int(random.pick([4, 12, 40])),
    };
    run.ticks = 3;
  }
  if ((profile === 'crash' || profile === 'mix') && random.chance(0.12))
    run.abandonAt = random.pick([
      'collect-account',
      'index-issuers',
      'evaluate-account',
      'notify-drift',
      'complete-run',
    ]);
};

/** The clocks of a run's invocations. Those of Lambda's hosts are kept within milliseconds of each other (Amazon Time Sync
 *  Service); half a minute is far beyond that. */
export const drawSkew = (random: Random): Pick<Run, 'skew'> =>
  random.chance(0.3) ? { skew: random.pick([100, 5000, 30_000]) } : {};

/** Roles and providers that one list of IAM lacks, in a quarter of the runs. */
export const drawVanishing = (random: Random): Pick<Run, 'vanishing'> =>
  random.chance(0.25) ? { vanishing: random.int(1e9) } : {};

/** In some runs whose lists lack something, the second look at them fails too. */
export const drawSecondLook = ({ vanishing }: Pick<Run, 'vanishing'>, account = ''): readonly ReadingFault[] => {
  if (vanishing === undefined || shareOf(vanishing, 'second look') >= 0.3) return [];
  const where = { account, region: 'eu-west-1', section: 'version', mode: 'none', issuer: 'shop' } as const;
  return [{ type: 'secondLook', kind: 'throttled', salt: vanishing, permanent: false, ...where }];
};

/** The faults of a summary: as of a run, but its one step. */
export const disturbSummary = (random: Random, profile: Profile, run: Run): void => {
  disturb(random, profile, run);
  const step = 'send-summary';
  if (run.crash) run.crash = { ...run.crash, step };
  if (run.repeat) run.repeat = { ...run.repeat, step };
  run.abandonAt = undefined;
};

/** Destinations that are down, indexes that lag, batches that are left undone, until the next run. */
export const drawWeather = (
  random: Random,
  beside: Random,
  profile: Profile,
  { destinations, table }: Simulation,
): void => {
  for (const state of destinations.states.values()) {
    state.down = random.chance(0.15);
    state.flaky = random.chance(0.2) ? 0.3 : 0;
    state.hangs = beside.pick([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      'for ever',
      'late',
    ] as const);
  }
  const lags = profile !== 'reads' && random.chance(0.3);
  table.weather.lag = lags ? () => random.chance(0.5) : () => false;
  table.weather.undone = profile !== 'reads' && random.chance(0.3) ? () => random.chance(0.2) : () => false;
};

/** Everything works again. */
export const calm = ({ destinations, table }: Simulation): void => {
  destinations.arriveLate();
  for (const state of destinations.states.values()) {
    state.down = false;
    state.flaky = 0;
    state.hangs = undefined;
  }
  table.weather.lag = () => false;
  table.weather.undone = () => false;
  table.flush();
};
