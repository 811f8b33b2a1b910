import { type Facts, type RoleSubject, zoneOfTrust } from '../../facts.ts';
import { parseArn, roleNameOf, type SourceLocation, valueOr } from '../../model.ts';
import { mayCover, namesInTrustPolicy, type Statement } from '../../policy.ts';
import { compareText, phrase } from '../../text.ts';
import {
  bestPractices,
  defineRule,
  type Failure,
  type FailureDraft,
  failOrPass,
  failures,
  notApplicable,
} from '../prelude.ts';
import { mayAnyOf } from './exposure/strangers-of.ts';
import { replaceStatements, withoutPrincipal } from './policy-edit/policy-json.ts';
import { trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { allowStatements, trustsEks } from './statement/role-trust.ts';

/** The messages of role-trust-mixed. */
const fail = failures({
  instances: ['trusts EC2 too', 'role {role} trusts service accounts and EC2 instances'],
  service: ['trusts an AWS service too', 'role {role} trusts service accounts and the AWS service {principal}'],
  account: [
    'trusts an account too',
    'role {role} trusts service accounts and every principal of account {account} that has the permission there',
  ],
  'instance-role': [
    'trusts an EC2 role too',
    'role {role} trusts service accounts and role {other}, which EC2 instances have',
  ],
});

/** A role that pods and machines share: either of them has the permissions of both. */
export const roleTrustMixed = defineRule({
  id: 'role-trust-mixed',
  kind: 'role',
  impact: 'exposes',
  severity: 'low',
  shownAt: 'role-trust-policy',
  title: 'Roles for service accounts trust service accounts only',
  fault: 'The role trusts more than service accounts',
  says: fail.says,
  needs: ['roles'],
  why: 'IRSA gives a role to one service account. If EC2 instances, another AWS service or a whole account can assume the same role, each of them has the permissions of the pod, and CloudTrail no longer tells them apart.',
  fix: 'Give the other principal a role of its own and remove it from this trust policy.',
  references: [bestPractices, 'docs/facts.md §A.7'],
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
  return said
    .discriminator(principal)
    .evidence('Principal', { readFrom: `trust policy of ${role.arn}`, at }, principal, phrase('OIDC providers only'))
    .fix(
      trustPolicyFix(subject, facts, policy, {
        summary: `Remove ${principal} from the trust policy of ${role.name}, and give it a role of its own.`,
        choice: first,
        instead: first,
        terraform: `principals { type = "Federated", identifiers = [aws_iam_openid_connect_provider.eks.arn] }`,
        cdk: 'assumedBy: new iam.OpenIdConnectPrincipal(provider, conditions)',
      }),
    );
};

/** A principal that makes the role shared, with what is said of it. */
interface Stranger {
  readonly principal: string;
  readonly said: FailureDraft;
  readonly at: SourceLocation;
}

/** Principals that make the role shared. Pod Identity serves the same service accounts while they migrate; a federated
 *  principal is another workload identity; a role that is not EC2's, and an account of which a condition names the callers,
 *  are deliberate grants: all stay silent. */
const strangers = (subject: RoleSubject, statement: Statement, facts: Facts): readonly Stranger[] => {
  if (statement.principal?.kind !== 'typed' || !mayCover(statement, 'sts:AssumeRole')) return [];
  return statement.principal.entries.flatMap(({ type, value }) => {
    const said = saidOf(subject, type, value.text, statement, facts);
    return said === undefined ? [] : [{ principal: value.text, said, at: value.at }];
  });
};

const saidOf = (
  subject: RoleSubject,
  type: string,
  principal: string,
  statement: Statement,
  facts: Facts,
): FailureDraft | undefined => {
  const role = subject.role.name;
  if (type === 'Service') {
    if (/^pods\.eks\./.test(principal)) return undefined;
    return /^ec2\./.test(principal) ? fail.instances({ role }) : fail.service({ role, principal });
  }
  if (type !== 'AWS') return undefined;
  if (/^\d{12}$/.test(principal) || parseArn(principal)?.resource === 'root') {
    const account = parseArn(principal)?.accountId ?? principal;
    // An account outside of the zone of trust is trust-open-to-accounts'.
    const isTold = zoneOfTrust(facts).accounts.has(account) && mayAnyOf(account, subject, statement, facts);
    return isTold ? fail.account({ role, account }) : undefined;
  }
  return isInstanceRole(principal, facts) ? fail['instance-role']({ role, other: roleNameOf(principal) }) : undefined;
};

const isInstanceRole = (arn: string, { snapshot }: Facts): boolean =>
  valueOr(snapshot.roles, []).some(
    role => role.arn === arn && namesInTrustPolicy(role).some(name => /^ec2\.amazonaws\.com(\.cn)?$/.test(name)),
  );
