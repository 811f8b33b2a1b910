import type { Facts } from '../../facts.ts';
import { roleLastAccess } from '../../fixes/aws-steps.ts';
import { type Role, trackedDays } from '../../model.ts';
import { phrase } from '../../text.ts';
import {
  decideBy,
  defineRule,
  failed,
  failures,
  iamGuide,
  notApplicable,
  pass,
  unknown,
  type Verdict,
} from '../prelude.ts';
import { trustsEks } from './statement/role-trust.ts';

const dayMs = 86_400_000;

const fail = failures({
  'not-lately': ['not used lately', 'role {role} was last used on {date}, {days:day} ago'],
  never: ['never used', 'role {role} was not used since it was created on {date}, {days:day} ago'],
  untracked: ['not used lately', 'role {role} was not used in the {tracked:day} that IAM tracks'],
});

/** A role that was not used for long keeps its permissions, and nobody looks after it. */
export const roleUnused = defineRule({
  id: 'role-unused',
  kind: 'role',
  impact: 'hygiene',
  severity: 'info',
  shownAt: 'role-trust-policy',
  title: 'Roles for service accounts are in use',
  fault: 'The role is not in use',
  says: fail.says,
  needs: ['roles', 'role-detail'],
  why: 'A role that service accounts can assume and that was not used for long is often left over from a workload that is gone. Its permissions stay, and the next service account of that name gets them.',
  fix: 'Confirm with its owner, then delete the role.',
  references: [iamGuide('access_policies_last-accessed'), 'docs/facts.md §G'],
  check: (subject, facts) => {
    const { role } = subject;
    return trustsEks(subject, facts)
      ? decideBy(role.detail, `when role ${role.name} was last used`, ({ lastUsedAt }) =>
          judge(role, lastUsedAt, facts),
        )
      : notApplicable;
  },
});

const judge = (role: Role, lastUsedAt: string | undefined, { now, settings }: Facts): Verdict => {
  const since = lastUsedAt ?? role.createdAt ?? '';
  const days = Math.floor((Date.parse(now) - Date.parse(since)) / dayMs);
  if (Number.isNaN(days)) return unknown('unread', `when role ${role.name} was created`);
  if (days < settings.unusedAfterDays) return pass;
  const known = { role: role.name, date: since.slice(0, 10), days };
  return failed(
    (lastUsedAt !== undefined
      ? fail['not-lately'](known)
      : days > trackedDays
        ? fail.untracked({ role: role.name, tracked: trackedDays })
        : fail.never(known)
    )
      .volatile(['days'])
      .evidence(
        'last use',
        'iam:GetAccountAuthorizationDetails',
        lastUsedAt ?? 'none',
        phrase('within {days:day}', { days: settings.unusedAfterDays }),
      )
      .fix({
        summary: `Delete ${role.name} if its owner confirms that nothing needs it.`,
        steps: [roleLastAccess(role.arn)],
        choice: 'Whether the role is still needed: a job that runs once a quarter looks the same.',
      }),
  );
};
