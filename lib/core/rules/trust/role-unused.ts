import type { Facts } from '../../facts/facts.ts';
import type { Role, RoleDetail } from '../../model/account.ts';
import { iamRegionOption } from '../../model/arn.ts';
import { complete } from '../../model/collected.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import { decideBy, defineRule, fail, notApplicable, pass, unknown, type Verdict } from '../define-rule.ts';
import { aRole, someFacts } from '../example-world.ts';
import { trustsEks } from './support/role-trust.ts';

const dayMs = 86_400_000;
/** How far back IAM tracks the last use of a role. */
const trackedDays = 400;

/** A role that nobody has used for long is a door that nobody watches. */
export const roleUnused = defineRule({
  id: 'role-unused',
  kind: 'role',
  group: 'trust',
  impact: 'hygiene',
  severity: 'info',
  shownAt: 'role-trust-policy',
  title: 'Roles for service accounts are in use',
  needs: ['roles', 'role-detail'],
  docs: {
    why: 'A role that service accounts may assume and that was not used for long is left over from a workload that is gone: its permissions stay, and its trust policy is what the next account of that name gets.',
    fix: 'Confirm with its owner, then delete the role.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html',
      'docs/facts.md §G',
    ],
  },
  check: (subject, facts) => {
    const { role } = subject;
    return trustsEks(subject, facts)
      ? decideBy(role.detail, `when ${role.name} was last used`, ({ lastUsedAt }) => judge(role, lastUsedAt, facts))
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
  const age = (Date.parse(now) - Date.parse(since)) / dayMs;
  if (Number.isNaN(age)) return unknown('unread', `when ${role.name} was created`);
  const days = Math.floor(age);
  if (days < settings.unusedAfterDays) return pass;
  const use =
    lastUsedAt === undefined
      ? `not used ${days > trackedDays ? `in the ${trackedDays} days that IAM tracks` : 'since it was created'} (created ${since.slice(0, 10)})`
      : `last used ${lastUsedAt.slice(0, 10)}, ${days} days ago`;
  return fail({
    message: `the role ${role.arn} is trusted for service accounts and was ${use}`,
    evidence: [
      {
        what: 'last use',
        got: lastUsedAt ?? 'none',
        wanted: `within ${settings.unusedAfterDays} days`,
        readFrom: 'iam:GetAccountAuthorizationDetails',
      },
    ],
    fix: {
      summary: `Delete ${role.name} if its owner confirms that nothing needs it.`,
      commands: [
        `aws iam generate-service-last-accessed-details --arn ${shellQuote(role.arn)}${iamRegionOption(role.arn)}`,
      ],
      choice: 'Whether the role is still needed: jobs that run once a quarter look the same from here.',
    },
  });
};
