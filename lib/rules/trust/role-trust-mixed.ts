import type { Facts } from '../../facts/facts.ts';
import type { RoleSubject } from '../../facts/subjects.ts';
import { compareText } from '../../text/compare-text.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, failOrPass, notApplicable } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { replaceStatements } from './policy-edit/policy-json.ts';
import { trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { withoutPrincipal } from './policy-edit/without-principal.ts';
import { mixedMessage, type Stranger, strangers } from './role-trust-mixed-strangers.ts';
import { allowStatements, trustsEks } from './statement/role-trust.ts';

/** A role that pods and machines share: either of them has the permissions of both. */
export const roleTrustMixed = defineRule({
  id: 'role-trust-mixed',
  kind: 'role',
  group: 'trust',
  impact: 'exposes',
  severity: 'low',
  shownAt: 'role-trust-policy',
  title: 'Roles for service accounts trust service accounts only',
  says: mixedMessage.says,
  needs: ['roles'],
  docs: {
    why: 'IRSA gives a role to one service account. If EC2 instances, another AWS service or a whole account can assume the same role, each of them has the permissions of the pod, and CloudTrail no longer tells them apart.',
    fix: 'Give the other principal a role of its own and remove it from this trust policy.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html',
      'docs/facts.md §A.7',
    ],
  },
  check: (subject, facts) => {
    if (!trustsEks(subject, facts)) return notApplicable;
    const byPrincipal = new Map<string, Stranger>();
    for (const statement of allowStatements(subject))
      for (const found of strangers(subject, statement, facts))
        if (!byPrincipal.has(found.principal)) byPrincipal.set(found.principal, found);
    return failOrPass(
      [...byPrincipal.values()]
        .sort((a, b) => compareText(a.principal, b.principal))
        .map(other => failureOf(subject, other, facts)),
    );
  },
});

const failureOf = (subject: RoleSubject, { principal, said, at }: Stranger, facts: Facts): Failure => {
  const { role } = subject;
  const policy = replaceStatements(role.trustPolicy, statement =>
    statement.Effect === 'Allow' ? withoutPrincipal(statement, principal) : [statement],
  );
  const first = `Find out first what uses the role through ${principal}: it loses access.`;
  return {
    discriminator: principal,
    ...said,
    evidence: [
      {
        what: 'Principal',
        got: principal,
        wanted: phrase('OIDC providers only'),
        readFrom: `trust policy of ${role.arn}`,
        at,
      },
    ],
    fix: trustPolicyFix(subject, facts, policy, {
      summary: `Remove ${principal} from the trust policy of ${role.name}, and give it a role of its own.`,
      choice: first,
      instead: first,
      terraform: `principals { type = "Federated", identifiers = [aws_iam_openid_connect_provider.eks.arn] }`,
      cdk: 'assumedBy: new iam.OpenIdConnectPrincipal(provider, conditions)',
    }),
  };
};
