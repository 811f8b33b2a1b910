import type { Facts } from '../../facts/facts.ts';
import type { RoleSubject } from '../../facts/subjects.ts';
import { parseArn, roleNameOf } from '../../model/arn.ts';
import { complete, valueOr } from '../../model/collected.ts';
import { compareText } from '../../text/compare-text.ts';
import { type Message, phrase } from '../../text/message.ts';
import type { Statement } from '../../trust/policy/policy.ts';
import { defineRule, type Failure, failOrPass, notApplicable } from '../define-rule.ts';
import { aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { policyFix, replaceStatement } from './policy-edit/policy-fix.ts';
import { withoutPrincipal } from './policy-edit/without-principal.ts';
import { message } from './role-trust-mixed-messages.ts';
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
  messages: message.templates,
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
    const others = allowStatements(subject).flatMap(statement =>
      strangers(subject, statement, facts).map(found => ({ statement, ...found })),
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
      title: 'EC2 instances can assume it too',
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
  readonly said: Message;
}

/** Principals that make the role shared. Pod Identity serves the same service accounts while they migrate; a federated
 *  principal is another workload identity; a role that is not EC2's is a deliberate grant: all stay silent. */
const strangers = ({ role }: RoleSubject, statement: Statement, facts: Facts): readonly Stranger[] => {
  if (statement.principal?.kind !== 'typed') return [];
  return statement.principal.entries.flatMap(({ type, value }): Stranger[] => {
    const principal = value.text;
    if (type === 'Service') {
      if (/^pods\.eks\./.test(principal)) return [];
      const isEc2 = /^ec2\./.test(principal);
      return [
        {
          principal,
          said: isEc2 ? message('instances', { role: role.name }) : message('service', { role: role.name, principal }),
        },
      ];
    }
    if (type !== 'AWS') return [];
    if (/^\d{12}$/.test(principal) || parseArn(principal)?.resource === 'root') {
      const account = parseArn(principal)?.accountId ?? principal;
      return [{ principal, said: message('account', { role: role.name, account }) }];
    }
    return isInstanceRole(principal, facts)
      ? [{ principal, said: message('instance-role', { role: role.name, other: roleNameOf(principal) }) }]
      : [];
  });
};

const isInstanceRole = (arn: string, { snapshot }: Facts): boolean =>
  valueOr(snapshot.roles, []).some(role => role.arn === arn && /"ec2\.amazonaws\.com(\.cn)?"/.test(role.trustPolicy));

const failureOf = ({ role }: RoleSubject, other: Stranger & { readonly statement: Statement }): Failure => {
  const policy = replaceStatement(role.trustPolicy, other.statement.index, statement =>
    withoutPrincipal(statement, other.principal),
  );
  return {
    discriminator: other.principal,
    ...other.said,
    evidence: [
      {
        ...{ what: 'Principal', got: other.principal, wanted: phrase('OIDC providers only') },
        readFrom: `trust policy of ${role.arn}`,
        at: other.statement.at,
      },
    ],
    fix: policyFix(role, policy, {
      summary: `Remove ${other.principal} from the trust policy of ${role.name}, and give it a role of its own.`,
      choice: `Find out first what uses the role through ${other.principal}: it loses access.`,
      terraform: `principals { type = "Federated", identifiers = [aws_iam_openid_connect_provider.eks.arn] }`,
      cdk: 'assumedBy: new iam.OpenIdConnectPrincipal(provider, conditions)',
    }),
  };
};
