import type { Facts } from '../../facts/facts.ts';
import type { RoleSubject } from '../../facts/subjects.ts';
import { parseArn } from '../../model/arn.ts';
import { complete, valueOr } from '../../model/collected.ts';
import { compareText } from '../../text/compare-text.ts';
import type { Statement } from '../../trust/policy/policy.ts';
import { defineRule, type Failure, failOrPass, notApplicable } from '../define-rule.ts';
import { aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { policyFix, replaceStatement } from './support/policy-fix.ts';
import { allowStatements, trustsEks } from './support/role-trust.ts';
import { withoutPrincipal } from './support/without-principal.ts';

/** A role shared by pods and machines: whoever gets into one has what the other needs. */
export const roleTrustMixed = defineRule({
  id: 'role-trust-mixed',
  kind: 'role',
  group: 'trust',
  impact: 'exposes',
  severity: 'low',
  shownAt: 'role-trust-policy',
  title: 'Roles for service accounts are for service accounts only',
  needs: ['roles'],
  docs: {
    why: 'IRSA narrows permissions to one service account. If the same role may be assumed by instances, by another service or by the whole account, each of them has the permissions that were meant for the pod, and the audit trail no longer tells them apart.',
    fix: 'Give the other principal a role of its own and take it out of this trust policy.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html',
      'docs/facts.md §A.7',
    ],
  },
  check: (subject, facts) => {
    if (!trustsEks(subject, facts)) return notApplicable;
    const others = allowStatements(subject).flatMap(statement =>
      strangers(statement, facts).map(found => ({ statement, ...found })),
    );
    const byPrincipal = new Map(others.map(other => [other.principal, other]));
    return failOrPass(
      [...byPrincipal.values()]
        .sort((a, b) => compareText(a.principal, b.principal))
        .map(other => failureOf(subject, other)),
    );
  },
  examples: {
    pass: { title: 'one service account and nobody else', facts: () => someFacts() },
    fail: {
      title: 'instances may assume it too',
      facts: () => {
        const policy: { Statement: unknown[] } = JSON.parse(aTrustPolicy());
        const ec2 = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
        return someFacts({
          roles: complete([
            aRole({ trustPolicy: JSON.stringify({ ...policy, Statement: [...policy.Statement, ec2] }) }),
          ]),
        });
      },
    },
  },
});

interface Stranger {
  readonly principal: string;
  readonly what: string;
}

/** Principals that make the role shared. Pod Identity serves the same service accounts while they migrate; a federated
 *  principal is another workload identity; a role that is not EC2's is a deliberate grant: all stay silent. */
const strangers = (statement: Statement, facts: Facts): readonly Stranger[] => {
  if (statement.principal?.kind !== 'typed') return [];
  return statement.principal.entries.flatMap(({ type, value }): Stranger[] => {
    const principal = value.text;
    if (type === 'Service')
      return /^pods\.eks\./.test(principal)
        ? []
        : [{ principal, what: /^ec2\./.test(principal) ? 'EC2 instances' : `the service ${principal}` }];
    if (type !== 'AWS') return [];
    if (/^\d{12}$/.test(principal) || parseArn(principal)?.resource === 'root')
      return [
        {
          principal,
          what: `every principal of the account ${parseArn(principal)?.accountId ?? principal} that its own policies allow`,
        },
      ];
    return isInstanceRole(principal, facts) ? [{ principal, what: `instances with the role ${principal}` }] : [];
  });
};

const isInstanceRole = (arn: string, { snapshot }: Facts): boolean =>
  valueOr(snapshot.roles, []).some(role => role.arn === arn && /"ec2\.amazonaws\.com(\.cn)?"/.test(role.trustPolicy));

const failureOf = (subject: RoleSubject, other: Stranger & { readonly statement: Statement }): Failure => {
  const { role } = subject;
  const policy = replaceStatement(role.trustPolicy, other.statement.index, statement =>
    withoutPrincipal(statement, other.principal),
  );
  return {
    discriminator: other.principal,
    message: `the role ${role.arn} may be assumed by service accounts and by ${other.what}`,
    evidence: [
      {
        what: 'Principal',
        got: other.principal,
        wanted: 'OIDC providers only',
        readFrom: `trust policy of ${role.arn}`,
        at: other.statement.at,
      },
    ],
    fix: policyFix(role, policy, {
      summary: `Take ${other.principal} out of the trust policy of ${role.name}, and give it a role of its own.`,
      choice: `Before that, find out what uses the role through ${other.principal}: it loses it.`,
      terraform: `principals { type = "Federated", identifiers = [aws_iam_openid_connect_provider.eks.arn] }`,
      cdk: 'assumedBy: new iam.OpenIdConnectPrincipal(provider, conditions)',
    }),
  };
};
