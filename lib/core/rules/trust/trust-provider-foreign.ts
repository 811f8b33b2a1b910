import type { EksPrincipal } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { type Arn, parseArn, providerArnBeside } from '../../model/arn.ts';
import { complete } from '../../model/collected.ts';
import { defineRule, type Failure, failOrPass, notApplicable } from '../define-rule.ts';
import { aRole, aTrustPolicy, someFacts } from '../example-world.ts';
import { mismatchedKeys } from './support/key-mismatch.ts';
import { principalFix } from './support/principal-fix.ts';
import {
  cleanIssuer,
  explains,
  isOwnProvider,
  lookUpProvider,
  notAuthorized,
  readAt,
  viewOf,
} from './support/statement-view.ts';

/** IAM looks a provider up in the role's own account: an ARN of another account or partition never matches. */
export const trustProviderForeign = defineRule({
  id: 'trust-provider-foreign',
  kind: 'statement',
  group: 'trust',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: "Trust policies name providers of the role's own account and partition",
  needs: [],
  docs: {
    why: 'A cluster of account A may use a role of account B only if account B has an OIDC provider of its own for that issuer. A trust policy that names the provider of account A is accepted by IAM and never matches.',
    fix: "Create a provider for the issuer in the role's account and name that one in the trust policy.",
    references: ['https://docs.aws.amazon.com/eks/latest/userguide/cross-account-access.html', 'docs/facts.md §A.7'],
  },
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view?.allows) return notApplicable;
    return failOrPass(
      view.principals.flatMap(principal => {
        const theirs = parseArn(principal.arn);
        return theirs && !isOwnProvider(principal.arn, subject.role.arn)
          ? [failureOf(subject, principal, theirs, facts, mismatchedKeys(view))]
          : [];
      }),
    );
  },
  examples: {
    pass: { title: "the provider is in the role's account", facts: () => someFacts() },
    fail: {
      title: 'the provider is in the account of the cluster, the role is in another',
      facts: () =>
        someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ accountId: '444455556666' }) })]) }),
    },
  },
});

const failureOf = (
  subject: StatementSubject,
  principal: EksPrincipal,
  theirs: Arn,
  facts: Facts,
  keys: readonly string[],
): Failure => {
  const issuer = cleanIssuer(principal.hostPath);
  const wanted = providerArnBeside(subject.role.arn, issuer);
  return {
    discriminator: principal.arn,
    at: principal.at,
    message: `the trust policy of ${subject.role.arn} names the provider ${principal.arn}, which is ${difference(parseArn(subject.role.arn), theirs)}: it never matches`,
    evidence: [{ what: 'Federated principal', got: principal.arn, wanted, ...readAt(subject, principal.at) }],
    podError: notAuthorized,
    place: { providerArn: principal.arn, issuer: `https://${issuer}` },
    fix: principalFix(subject, principal.arn, wanted, lookUpProvider(wanted, facts)),
    explains: explains(
      subject,
      [principal.arn, ...keys],
      ['trust-key-issuer-mismatch', 'trust-never-matches', 'trust-audience-impossible', 'trust-provider-missing'],
    ),
  };
};

const difference = (own: Arn | undefined, theirs: Arn): string => {
  if (theirs.partition !== own?.partition)
    return `of the partition ${theirs.partition} while the role is in ${own?.partition}`;
  if (!/^\d{12}$/.test(theirs.accountId)) return `of no account (${theirs.accountId || 'empty'} is not 12 digits)`;
  return `of account ${theirs.accountId} while the role is in ${own.accountId}`;
};
