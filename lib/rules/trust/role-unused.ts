import type { Facts } from '../../facts/facts.ts';
import { awsStep } from '../../fixes/aws-steps.ts';
import { optionWords } from '../../fixes/option-words.ts';
import type { Role, RoleDetail } from '../../model/account.ts';
import { homeRegion } from '../../model/arn.ts';
import { complete } from '../../model/collected.ts';
import type { Step } from '../../model/step.ts';
import { defineMessages, type Message, phrase } from '../../text/message.ts';
import { decideBy, defineRule, fail, notApplicable, pass, unknown, type Verdict } from '../define-rule.ts';
import { aRole, someFacts } from '../example-world.ts';
import { trustsEks } from './statement/role-trust.ts';

const dayMs = 86_400_000;
/** How far back IAM tracks the last use of a role. */
const trackedDays = 400;

const message = defineMessages({
  'not-lately': 'role {role} was last used on {date}, {days:day} ago',
  never: 'role {role} was not used since it was created on {date}, {days:day} ago',
  untracked: 'role {role} was not used in the {tracked:day} that IAM tracks',
});

/** A role that was not used for long keeps its permissions, and nobody looks after it. */
export const roleUnused = defineRule({
  id: 'role-unused',
  kind: 'role',
  group: 'trust',
  impact: 'hygiene',
  severity: 'info',
  shownAt: 'role-trust-policy',
  title: 'Roles for service accounts are in use',
  brief: { 'not-lately': 'not used lately', never: 'never used', untracked: 'not used lately' },
  messages: message.templates,
  needs: ['roles', 'role-detail'],
  docs: {
    why: 'A role that service accounts can assume and that was not used for long is often left over from a workload that is gone. Its permissions stay, and the next service account of that name gets them.',
    fix: 'Confirm with its owner, then delete the role.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html',
      'docs/facts.md §G',
    ],
  },
  check: (subject, facts) => {
    const { role } = subject;
    return trustsEks(subject, facts)
      ? decideBy(role.detail, `when role ${role.name} was last used`, ({ lastUsedAt }) =>
          judge(role, lastUsedAt, facts),
        )
      : notApplicable;
  },
  examples: {
    pass: { title: 'used last week', facts: () => worldWith({ lastUsedAt: '2026-10-25T00:00:00.000Z' }) },
    fail: { title: 'not used for half a year', facts: () => worldWith({ lastUsedAt: '2026-05-01T00:00:00.000Z' }) },
    unknown: { title: 'details of roles were not read', facts: () => someFacts() },
  },
});

const worldWith = (detail: Partial<RoleDetail>) =>
  someFacts({
    roles: complete([
      aRole({ detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: {}, ...detail }) }),
    ]),
  });

const judge = (role: Role, lastUsedAt: string | undefined, { now, settings }: Facts): Verdict => {
  const since = lastUsedAt ?? role.createdAt ?? '';
  const days = Math.floor((Date.parse(now) - Date.parse(since)) / dayMs);
  if (Number.isNaN(days)) return unknown('unread', `when role ${role.name} was created`);
  if (days < settings.unusedAfterDays) return pass;
  return fail({
    ...said(role.name, since.slice(0, 10), days, lastUsedAt !== undefined),
    volatile: ['days'],
    evidence: [
      {
        what: 'last use',
        got: lastUsedAt ?? 'none',
        wanted: phrase('within {days:day}', { days: settings.unusedAfterDays }),
        readFrom: 'iam:GetAccountAuthorizationDetails',
      },
    ],
    fix: {
      summary: `Delete ${role.name} if its owner confirms that nothing needs it.`,
      steps: [lastAccess(role.arn)],
      choice: 'Whether the role is still needed: a job that runs once a quarter looks the same.',
    },
  });
};

const said = (role: string, date: string, days: number, wasUsed: boolean): Message => {
  if (wasUsed) return message('not-lately', { role, date, days });
  return days > trackedDays
    ? message('untracked', { role, tracked: trackedDays })
    : message('never', { role, date, days });
};

const lastAccess = (arn: string): Step => {
  const region = homeRegion(arn);
  const where = region === undefined ? {} : { region };
  const place = region === undefined ? [] : ['--region', region];
  return awsStep(['iam', 'generate-service-last-accessed-details', ...optionWords('--arn', arn), ...place], where);
};
