import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { mayCover } from '../../policy/decide/action.ts';
import { isWildcardPrincipal } from '../../policy/decide/web-identity.ts';
import type { Statement } from '../../policy/parse/policy.ts';
import { outsideCallers } from '../../policy/who/outside-callers.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, failed, notApplicable, pass } from '../define-rule.ts';
import { allowsEveryone } from './statement/caller.ts';
import { readAt } from './statement/statement-view.ts';

/** Everyone as principal. Whether it also matches a web identity is not documented; that it matches AWS callers is. */
export const trustPrincipalWildcard = defineRule({
  id: 'trust-principal-wildcard',
  kind: 'statement',
  group: 'trust',
  impact: 'exposes',
  severity: 'critical',
  articleStep: 'role-trust-policy',
  title: 'Trust policies name who can assume the role',
  says: {
    everyone: ['trusts everyone', 'role {role} trusts everyone ({principals}), and no condition restricts the caller'],
  },
  needs: ['roles'],
  docs: {
    why: 'With the principal "*" any AWS account can assume the role, unless a condition restricts the caller. Whether "Federated": "*" or "AWS": "*" also matches the token of any cluster is not documented; nobody should depend on it.',
    fix: 'Name the provider, the AWS account or the role that uses it.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
      'docs/facts.md §A.7, §U',
    ],
  },
  check: (subject, facts, fail) => {
    const { role, statement } = subject;
    const { principal } = statement;
    if (statement.effect !== 'Allow' || !principal || !isWildcardPrincipal(principal)) return notApplicable;
    if (!allowsEveryone(statement) || isHeldBack(subject, facts)) return pass;
    const { at } = principal;
    const kinds =
      principal.kind === 'typed'
        ? principal.entries.filter(entry => entry.value.text === '*').map(entry => entry.type)
        : ['*'];
    return failed({
      discriminator: kinds.join(' '),
      at,
      ...fail.everyone({
        role: role.name,
        principals: kinds.map(kind => (kind === '*' ? '"*"' : `"${kind}": "*"`)),
      }).message,
      evidence: [
        {
          what: 'Principal',
          got: kinds.map(kind => (kind === '*' ? '*' : `${kind}: *`)).join(', '),
          wanted: phrase('the ARN of a provider, account or role'),
          ...readAt(subject, at),
        },
      ],
      fix: {
        summary: `Name in the trust policy of ${role.name} who can assume the role.`,
        steps: [],
        choice:
          'Who uses the role: name the ARN of the OIDC provider for service accounts, or of the AWS account or role that calls.',
        terraform: 'principals { type = "Federated", identifiers = [aws_iam_openid_connect_provider.eks.arn] }',
        cdk: 'assumedBy: new iam.OpenIdConnectPrincipal(provider, conditions)',
      },
    });
  },
});

/** The statement gives nobody the role's credentials, or a Deny refuses all AWS callers of other accounts. Whether a web
 *  identity is a caller of such a statement is not documented: then a Deny for AWS callers tells nothing. */
const isHeldBack = ({ role, policy: { policy }, statement }: StatementSubject, { now }: Facts): boolean => {
  const context = {
    roleArn: role.arn,
    now,
    ...(role.detail.status === 'complete' ? { roleTags: role.detail.value.tags } : {}),
  };
  const answerOf = (statements: readonly Statement[]) =>
    outsideCallers({ ...policy, statements }, context).find(one => one.statement === statement)?.strangers;
  const alone = answerOf([statement]);
  if (alone === undefined) return true;
  return alone === 'yes' && !mayCover(statement) && answerOf(policy.statements) === 'no';
};
