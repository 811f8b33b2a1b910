import { parseArn } from '../model/arn.ts';
import { counted } from '../text/counted.ts';
import type { AlarmFacts, LetterFacts, ResourcePolicy } from './deployment.ts';
import { cloudWatchMay, type PolicyAnswer, worstOf } from './publish-policy.ts';
import { type Check, failed, ok, unread, type Verdict, whereRead } from './verdict.ts';

const deployAgain = 'Deploy again: npx cdk deploy';

/** The schedule of the audit, and all others that the configuration wants. */
export const schedule: Check = {
  id: 'schedule',
  of: ({ schedule: read, wantsSchedule, name, otherSchedules }) => [
    ...[
      whereRead(read, found => {
        if (found === undefined) return failed(`there is no schedule ${name}`, deployAgain);
        if (found.enabled) return ok(`on: ${found.expression}`);
        return wantsSchedule
          ? failed('off, though the configuration wants it on', deployAgain)
          : failed(
              'off, as the configuration says: no audit starts by itself',
              'Set schedule.enabled to true and deploy',
            );
      }),
    ].flat(),
    ...otherSchedules.flatMap(([other, facts]) =>
      whereRead(facts, found => {
        if (found === undefined) return failed(`there is no schedule ${other}`, deployAgain);
        return found.enabled
          ? ok(`${other} is on: ${found.expression}`)
          : failed(`${other} is off, though the configuration wants it on`, deployAgain);
      }),
    ),
  ],
};

/** The alarms that the configuration makes, and all others of that name. */
export const alarms: Check = {
  id: 'alarms',
  of: deployment =>
    whereRead(deployment.alarms, all => {
      const names = new Set(all.map(({ name }) => name));
      const missing = deployment.wantedAlarms.filter(name => !names.has(name));
      const lines = [
        ...missing.map(name => failed(`there is no alarm ${name}`, deployAgain)),
        ...all.flatMap(alarmLines),
      ];
      return lines.length > 0 ? lines : ok(`${counted(all.length, 'alarm')}, none rings`);
    }),
};

const alarmLines = ({ name, state, actionsEnabled, actions }: AlarmFacts): readonly Verdict[] => [
  ...(state === 'ALARM' ? [failed(`${name} rings`, 'Its description says what is wrong.')] : []),
  ...(state === 'OK' || state === 'ALARM' ? [] : [unread(`${name} has no data yet: ${state}`)]),
  ...(actionsEnabled && actions.length > 0 ? [] : [failed(`${name} tells nobody`, deployAgain)]),
];

/** Whether alarms arrive: what the policies of their topic and of its key allow CloudWatch. */
export const publish: Check = {
  id: 'alarms publish',
  of: ({ topicPolicy, keyPolicy, wantedAlarms, operationsTopicArn = '' }) => {
    const home = parseArn(operationsTopicArn);
    const mayAll = ({ arn, policy }: ResourcePolicy, actions: readonly string[]): PolicyAnswer =>
      home === undefined
        ? 'unknown'
        : worstOf(
            actions.map(action => cloudWatchMay(policy, { ...home, action, resourceArn: arn, alarms: wantedAlarms })),
          );
    return [
      ...[whereRead(topicPolicy, found => policyLine(mayAll(found, ['sns:Publish']), 'topic'))].flat(),
      ...[
        whereRead(keyPolicy, found =>
          found === undefined
            ? ok('the topic of operations is not encrypted with a key of yours')
            : policyLine(mayAll(found, keyUses), 'key'),
        ),
      ].flat(),
    ];
  },
};

/** What SNS needs of a key to encrypt for whoever publishes (SNS Developer Guide, "Enable compatibility between event sources
 *  from AWS services and encrypted topics"). */
const keyUses = ['kms:GenerateDataKey', 'kms:Decrypt'];

const policyLine = (answer: PolicyAnswer, what: 'topic' | 'key'): Verdict => {
  const of = what === 'topic' ? 'the topic of operations' : 'the key of that topic';
  switch (answer) {
    case 'allowed':
      return ok(`the policy of ${of} allows CloudWatch`);
    case 'not-allowed':
      return failed(`the policy of ${of} does not allow CloudWatch: no alarm arrives`, deployAgain);
    default:
      return unread(`the policy of ${of} has conditions or denials that are not judged here`);
  }
};

/** The queues of dead letters that the configuration makes. */
export const deadLetters: Check = {
  id: 'dead letters',
  of: deployment =>
    whereRead(deployment.deadLetters, queues => {
      const lines = queues.flatMap(letterLines);
      return lines.length > 0 ? lines : ok(`${counted(queues.length, 'queue')}, empty`);
    }),
};

const letterLines = ({ queue, letters }: LetterFacts): readonly Verdict[] => {
  if (letters === undefined) return [failed(`there is no queue ${queue}`, deployAgain)];
  const fix = 'Read them, then delete them (docs/alerts.md).';
  return letters > 0 ? [failed(`${counted(letters, 'letter')} in ${queue}`, fix)] : [];
};
