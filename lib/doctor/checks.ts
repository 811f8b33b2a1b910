import { parseArn } from '../model.ts';
import { counted, daysBetween, listed } from '../text.ts';
import { accessEntries, fastLane } from './access-checks.ts';
import type { AlarmFacts, Deployment, LastRunFacts, LetterFacts, ResourcePolicy, ScheduleFacts } from './deployment.ts';
import { cloudWatchMay, type PolicyAnswer, worstAnswer } from './publish-policy.ts';
import { stack } from './stack-check.ts';
import { subscriptions } from './subscriptions-check.ts';
import { table } from './table-check.ts';
import {
  type Check,
  type CheckLine,
  type CheckVerdict,
  checkWhereRead,
  deployAgain,
  failedCheck,
  ok,
  unreadCheck,
} from './verdict.ts';

/** The schedule of the audit, and all others that the configuration wants. */
const schedule: Check = {
  id: 'schedule',
  of: ({ schedule: read, wantedSchedule, name, otherSchedules }) => [
    ...[
      checkWhereRead(read, found =>
        found === undefined
          ? failedCheck(`there is no schedule ${name}`, deployAgain)
          : auditSchedule(found, wantedSchedule),
      ),
    ].flat(),
    ...otherSchedules.flatMap(([other, facts]) =>
      checkWhereRead(facts, found => {
        if (found === undefined) return failedCheck(`there is no schedule ${other}`, deployAgain);
        return found.enabled
          ? ok(`${other} is on: ${found.expression}`)
          : failedCheck(`${other} is off, though the configuration wants it on`, deployAgain);
      }),
    ),
  ],
};

const auditSchedule = (found: ScheduleFacts, wanted: ScheduleFacts): CheckVerdict => {
  if (!found.enabled)
    return wanted.enabled
      ? failedCheck('off, though the configuration wants it on', deployAgain)
      : failedCheck(
          'off, as the configuration says: no audit starts by itself',
          'Set schedule.enabled to true and deploy',
        );
  if (!wanted.enabled) return failedCheck('on, though the configuration wants it off', deployAgain);
  return found.expression === wanted.expression
    ? ok(`on: ${found.expression}`)
    : failedCheck(`on: ${found.expression}, though the configuration wants ${wanted.expression}`, deployAgain);
};

/** The alarms that the configuration makes, and all others of that name. */
const alarms: Check = {
  id: 'alarms',
  of: deployment =>
    checkWhereRead(deployment.alarms, all => {
      const names = new Set(all.map(({ name }) => name));
      const missing = deployment.wantedAlarms.filter(name => !names.has(name));
      const lines = [
        ...missing.map(name => failedCheck(`there is no alarm ${name}`, deployAgain)),
        ...all.flatMap(alarmLines),
      ];
      return lines.length > 0 ? lines : ok(`${counted(all.length, 'alarm')} in state OK`);
    }),
};

const alarmLines = ({ name, state, actionsEnabled, actions }: AlarmFacts): readonly CheckVerdict[] => [
  ...(state === 'ALARM' ? [failedCheck(`${name} rings`, 'Its description says what is wrong.')] : []),
  ...(state === 'OK' || state === 'ALARM' ? [] : [unreadCheck(`${name} has no data yet: ${state}`)]),
  ...(actionsEnabled && actions.length > 0 ? [] : [failedCheck(`${name} tells nobody`, deployAgain)]),
];

/** Whether alarms arrive: what the policies of their topic and of its key allow CloudWatch. */
const publish: Check = {
  id: 'alarms publish',
  of: ({ topicPolicy, keyPolicy, wantedAlarms, operationsTopicArn = '' }) => {
    const home = parseArn(operationsTopicArn);
    const mayAll = ({ arn, policy }: ResourcePolicy, actions: readonly string[]): PolicyAnswer =>
      home === undefined
        ? 'unknown'
        : worstAnswer(
            actions.map(action => cloudWatchMay(policy, { ...home, action, resourceArn: arn, alarms: wantedAlarms })),
          );
    return [
      ...[checkWhereRead(topicPolicy, found => policyLine(mayAll(found, ['sns:Publish']), 'topic'))].flat(),
      ...[
        checkWhereRead(keyPolicy, found =>
          found === undefined
            ? ok('the topic of operations is not encrypted with a key of yours')
            : policyLine(mayAll(found, keyUses), 'key'),
        ),
      ].flat(),
    ];
  },
};

/** The statements that SNS needs in the policy of a key to encrypt for any publisher (SNS Developer Guide, "Enable
 *  compatibility between event sources from AWS services and encrypted topics"). */
const keyUses = ['kms:GenerateDataKey', 'kms:Decrypt'];

const policyLine = (answer: PolicyAnswer, what: 'topic' | 'key'): CheckVerdict => {
  const of = what === 'topic' ? 'the topic of operations' : 'the key of that topic';
  switch (answer) {
    case 'allowed':
      return ok(`the policy of ${of} allows CloudWatch`);
    case 'not-allowed':
      return failedCheck(`the policy of ${of} does not allow CloudWatch: no alarm arrives`, deployAgain);
    default:
      return unreadCheck(`the policy of ${of} has conditions or denials that are not judged here`);
  }
};

/** The queues of dead letters that the configuration makes. */
const deadLetters: Check = {
  id: 'dead letters',
  of: deployment =>
    checkWhereRead(deployment.deadLetters, queues => {
      const lines = queues.flatMap(letterLines);
      return lines.length > 0 ? lines : ok(`${counted(queues.length, 'queue')}, empty`);
    }),
};

const letterLines = ({ queue, letters }: LetterFacts): readonly CheckVerdict[] => {
  if (letters === undefined) return [failedCheck(`there is no queue ${queue}`, deployAgain)];
  const fix = 'Read them, then delete them (docs/alerts.md).';
  return letters > 0 ? [failedCheck(`${counted(letters, 'letter')} in ${queue}`, fix)] : [];
};

const withLastRun = (
  { lastRun }: Deployment,
  judge: (run: LastRunFacts) => CheckVerdict | readonly CheckVerdict[],
): CheckVerdict | readonly CheckVerdict[] =>
  checkWhereRead(lastRun, run =>
    run === undefined ? unreadCheck('no run is recorded: only a run can tell') : judge(run),
  );

/** Whether the record of a run tells all that it could not read. */
const isWhole = ({ accounts, failedAccounts, gaps, gapCount }: LastRunFacts): boolean =>
  accounts > 0 && failedAccounts.length === 0 && gaps.length >= gapCount;

const notWhole = unreadCheck('the record of the last run does not tell it', 'Look at the report of the run.');

/** Enough for the forty accounts that are read at once, with room for everything else in the account. */
const leastConcurrency = 100;
const hourMs = 3_600_000;

/** Hours after which the last run is old: two turns of a `rate(…)`, a week where the schedule says when in other words, or
 *  is not known. */
const oldAfterHours = ({ schedule }: Deployment): number => {
  const expression = schedule.status === 'complete' ? schedule.value?.expression : undefined;
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression ?? '') ?? [];
  const hours = { minute: 1 / 60, hour: 1, day: 24 }[unit];
  return hours === undefined ? 7 * 24 : Math.max(24, 2 * Number(count) * hours);
};

const version: Check = {
  id: 'version',
  of: ({ stack: read, toolVersion }) =>
    checkWhereRead(read, found => {
      const deployed = found?.outputs.Version;
      if (deployed === undefined) return unreadCheck('the stack does not say which version it runs', deployAgain);
      return deployed === toolVersion
        ? ok(`the deployed version is ${deployed}, as this one`)
        : failedCheck(`the deployed version is ${deployed}, this one is ${toolVersion}`, deployAgain);
    }),
};

const lastRun: Check = {
  id: 'last run',
  of: deployment =>
    withLastRun(deployment, run => {
      const age = daysBetween(run.startedAt, deployment.now);
      if (run.failure !== undefined)
        return failedCheck(`that of ${run.startedAt} did not succeed: ${run.failure}`, 'irsa-auditor findings runs');
      if (Date.parse(deployment.now) - Date.parse(run.startedAt) > oldAfterHours(deployment) * hourMs)
        return failedCheck(
          `the last run is of ${run.startedAt}, ${counted(age, 'day')} ago`,
          'Start one: the output RunNow of the stack',
        );
      return ok(`${run.startedAt}, ${counted(run.accounts, 'AWS account')}`);
    }),
};

const memberRoles: Check = {
  id: 'member roles',
  of: deployment =>
    withLastRun(deployment, run => {
      const refused = run.gaps.filter(({ reason }) => reason.operation === 'sts:AssumeRole');
      const lines = refused.map(({ accountId, reason }) =>
        failedCheck(
          `account ${accountId}: the role could not be assumed: ${reason.message}`,
          reason.permission === undefined
            ? 'Run again: the reason may pass.'
            : `Deploy the member role there, with the external id of the configuration: irsa-auditor init organization (needs ${reason.permission})`,
        ),
      );
      if (lines.length > 0) return distinct(lines);
      return isWhole(run) ? ok('no role was refused in the last run') : notWhole;
    }),
};

/** Actions that the member role has, some by an option alone. */
const ofMemberRole = /^(cloudtrail|eks|iam):/;

const permissions: Check = {
  id: 'permissions',
  of: deployment =>
    withLastRun(deployment, run => {
      const refused = Map.groupBy(run.gaps, ({ reason }) => reason.permission);
      const lines = [...refused].flatMap(([permission, gaps]) => {
        if (permission === undefined) return [];
        const where = listed([...new Set(gaps.map(({ accountId }) => accountId))]);
        return failedCheck(
          `${permission} was refused in the last run (${counted(gaps.length, 'gap')}, account ${where})`,
          `Grant ${permission}.${ofMemberRole.test(permission) ? ' A member role that is older than an option of the configuration: irsa-auditor init organization.' : ''}`,
        );
      });
      const left = run.gapCount - run.gaps.length;
      const rest = left > 0 ? [unreadCheck(`${counted(left, 'more gap')} of the last run are not in its record`)] : [];
      if (lines.length + rest.length > 0) return [...lines, ...rest];
      return isWhole(run) ? ok('none was refused in the last run') : notWhole;
    }),
};

const coverage: Check = {
  id: 'coverage',
  of: deployment =>
    withLastRun(deployment, run => {
      const { gapCount, failedAccounts } = run;
      if (gapCount + failedAccounts.length > 0)
        return failedCheck(
          `${counted(gapCount, 'gap')} in the last run, ${counted(failedAccounts.length, 'AWS account')} not read at all`,
          'Look at the report of the run: each gap names what is missing.',
        );
      return isWhole(run) ? ok('the last run read everything that it was asked for') : notWhole;
    }),
};

const quota: Check = {
  id: 'quota',
  of: ({ concurrency }) =>
    checkWhereRead(concurrency, limit =>
      limit >= leastConcurrency
        ? ok(`${limit} functions may run at once`)
        : failedCheck(
            `${limit} functions may run at once, wanted ${leastConcurrency}`,
            'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000',
          ),
    ),
};

const distinct = (lines: readonly CheckVerdict[]): readonly CheckVerdict[] => [
  ...new Map(lines.map(line => [line.text, line])).values(),
];

/** Everything that is looked at, in the order in which it is printed. */
const checks: readonly Check[] = [
  ...[stack, version, table, schedule, lastRun, coverage, memberRoles, accessEntries, permissions, fastLane],
  ...[alarms, publish, subscriptions, deadLetters, quota],
];

/** Looks at everything: at least one line for each check. */
export const examine = (deployment: Deployment): readonly CheckLine[] =>
  checks.flatMap(({ id, of }) => [of(deployment)].flat().map(line => ({ check: id, ...line })));

/** 0: all ticks; 1: something is wrong; 3: nothing is known to be wrong, and something could not be read. */
export const doctorExitCode = (lines: readonly CheckLine[]): 0 | 1 | 3 => {
  if (lines.some(({ result }) => result === 'failed')) return 1;
  return lines.some(({ result }) => result === 'unread') ? 3 : 0;
};
