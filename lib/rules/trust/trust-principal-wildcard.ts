import type { Facts, StatementSubject } from '../../facts.ts';
import { stripScheme, whereDoubtful } from '../../model.ts';
import {
  breadthOf,
  defaultAudience,
  environmentOfAll,
  grantOf,
  isWildcardPrincipal,
  loginsUnknown,
  mayBeEverything,
  mayCover,
  noIssuer,
  type Policy,
  podCaller,
  type Statement,
  type Stranger,
  splitKey,
  wildcardsIn,
} from '../../policy.ts';
import { phrase } from '../../text.ts';
import { trustContextFor } from '../access/trust-context.ts';
import { defineRule, failOrPass, iamGuide, notApplicable } from '../prelude.ts';
import { isRead, strangersOf, unreadOwnerOf } from './exposure/strangers-of.ts';
import { allowsEveryone } from './statement/caller.ts';
import { readAt } from './statement/statement-view.ts';

/** Everyone as principal. Whether it also matches a web identity is not documented; that it matches AWS callers is. */
export const trustPrincipalWildcard = defineRule({
  id: 'trust-principal-wildcard',
  kind: 'statement',
  impact: 'exposes',
  severity: 'critical',
  articleStep: 'role-trust-policy',
  title: 'Trust policies name who can assume the role',
  fault: 'The trust policy names everyone as principal',
  says: {
    everyone: ['trusts everyone', 'role {role} trusts everyone ({principals}), and no condition restricts the caller'],
    'may-be': [
      'trusts everyone, perhaps',
      'role {role} trusts everyone ({principals}): it cannot be proven closed, since {because}',
    ],
  },
  needs: ['roles'],
  why: 'With the principal "*" any AWS account can assume the role, unless a condition restricts the caller. Whether "Federated": "*" or "AWS": "*" also matches the token of any cluster is not documented; nobody should depend on it.',
  fix: 'Name the provider, the AWS account or the role that uses it.',
  references: [iamGuide('reference_policies_elements_principal'), 'docs/facts.md §A.7, §U'],
  check: (subject, facts, fail) => {
    const { role, statement } = subject;
    const { principal } = statement;
    if (statement.effect !== 'Allow' || !principal || !isWildcardPrincipal(principal)) return notApplicable;
    const { at } = principal;
    const wildcards = wildcardsIn(principal);
    const kinds = wildcards.map(({ type }) => type);
    const found = callersOf(subject, facts);
    const callers = found.filter(isRead);
    const isForTokens = isForAnyToken(statement, kinds) || isOpenToTokens(subject, facts);
    const [caller] = callers;
    if (!isForTokens && caller === undefined) return failOrPass([], unreadOwnerOf(found));
    const principals = wildcards.map(({ text }) => text);
    const names = { role: role.name, principals };
    const isProven = callers.some(({ verdict }) => verdict === 'open');
    const because = caller?.because ?? loginsUnknown(principals.join(', '));
    return (isProven ? fail.everyone(names) : fail['may-be']({ ...names, because }))
      .severity(isProven || isForTokens ? 'critical' : whereDoubtful('critical'))
      .discriminator(kinds.join(' '))
      .at(at)
      .opens({ roleArns: [role.arn], how: isProven ? 'proven' : 'doubtful' })
      .evidence(
        'Principal',
        readAt(subject, at),
        kinds.map(kind => (kind === '*' ? '*' : `${kind}: *`)).join(', '),
        phrase('the ARN of a provider, account or role'),
      )
      .fix({
        summary: `Name in the trust policy of ${role.name} who can assume the role.`,
        choice:
          'Who uses the role: name the ARN of the OIDC provider for service accounts, or of the AWS account or role that calls.',
        terraform: 'principals { type = "Federated", identifiers = [aws_iam_openid_connect_provider.eks.arn] }',
        cdk: 'assumedBy: new iam.OpenIdConnectPrincipal(provider, conditions)',
      });
  },
});

/** Which tokens a wildcard in place of a provider stands for is not documented: it may be all of them. */
const isForAnyToken = (statement: Statement, kinds: readonly string[]): boolean =>
  kinds.some(kind => kind !== 'AWS') && mayCover(statement);

/** Callers of AWS that no test restricts, and logins. Callers that pass a test of who calls, or that a test names, are
 *  trust-open-to-accounts'. */
const callersOf = (subject: StatementSubject, facts: Facts): readonly Stranger[] =>
  strangersOf(subject, facts).filter(
    one =>
      (one.kind === 'login' || (one.kind === 'account' && one.isAnyone && allowsEveryone(subject.statement))) &&
      one.principal === '*' &&
      one.statement === subject.statement,
  );

/** Issuers whose tokens a policy tells from others, and one that it does not know. */
const issuersTold = ({ statements }: Policy): readonly string[] => {
  const keys = statements.flatMap(({ conditions }) => conditions.map(({ key }) => splitKey(key.text).issuer));
  return [...new Set([...keys.filter(issuer => /[./]/.test(issuer)), stripScheme(noIssuer)])].slice(0, maxIssuers);
};

/** Each is tried by itself, and a policy has room for hundreds. */
const maxIssuers = 20;

/** Whether the tokens of some issuer may do for the statement, of arbitrary namespaces or of a whole one. That a wildcard
 *  stands for a web identity is not documented, and that it does not is not either. */
const isOpenToTokens = (subject: StatementSubject, facts: Facts): boolean => {
  const { policy } = subject.policy;
  const { statement, hints } = subject;
  if (!mayCover(statement)) return false;
  return issuersTold(policy).some(issuer => {
    const env = environmentOfAll(trustContextFor(subject, facts, issuer, defaultAudience), policy);
    const { possible } = grantOf(statement, policy, podCaller, env, hints).truth;
    if (typeof possible === 'boolean') return possible;
    return mayBeEverything(possible) || breadthOf(possible, hints)?.kind !== 'broad';
  });
};
