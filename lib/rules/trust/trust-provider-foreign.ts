import { type EksPrincipal, type Facts, notAuthorized, type StatementSubject } from '../../facts.ts';
import { type Arn, cleanIssuer, isOwnProvider, parseArn, providerArnBeside, type Role } from '../../model.ts';
import {
  defineRule,
  eksGuide,
  type Failure,
  type FailureDraft,
  failOrPass,
  failures,
  notApplicable,
} from '../prelude.ts';
import { principalFix } from './policy-edit/principal-fix.ts';
import { mismatchedKeys } from './statement/key-mismatch.ts';
import { explains, readAt, viewOf } from './statement/statement-view.ts';

const fail = failures({
  account: [
    'another account’s provider',
    'role {role} trusts a provider of account {theirs}, but only providers of its own account {own} work',
  ],
  'not-an-account': [
    'invalid provider ARN',
    'role {role} trusts a provider ARN without a valid account ID: "{theirs}" is not 12 digits',
  ],
  partition: [
    'other partition’s provider',
    'role {role} trusts a provider of partition {theirs}, but the role is in partition {own}',
  ],
});

/** IAM looks a provider up in the role's own account: an ARN of another account or partition never matches. */
export const trustProviderForeign = defineRule({
  id: 'trust-provider-foreign',
  kind: 'statement',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: "Trusted providers are in the role's own account",
  fault: 'The trusted provider is not one of the role’s account',
  says: fail.says,
  needs: ['roles'],
  why: 'Pods of a cluster in account A can use a role of account B only if account B has an OIDC provider of its own for the issuer of that cluster. IAM accepts a trust policy that names the provider of account A, but it never matches.',
  fix: "Create a provider for the issuer in the role's account and name that one in the trust policy.",
  references: [eksGuide('cross-account-access'), 'docs/facts.md §A.7'],
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
  return saidOf(subject.role, theirs)
    .discriminator(principal.arn)
    .at(principal.at)
    .evidence('Federated principal', readAt(subject, principal.at), principal.arn, wanted)
    .podError(notAuthorized)
    .place({ providerArn: principal.arn, issuer: `https://${issuer}` })
    .explains(
      explains(
        subject,
        [principal.arn, ...keys],
        ['trust-key-issuer-mismatch', 'trust-never-matches', 'trust-audience-impossible', 'trust-provider-missing'],
      ),
    )
    .fix(principalFix(subject, principal.arn, wanted, facts));
};

const saidOf = ({ arn, name: role }: Role, theirs: Arn): FailureDraft => {
  const own = parseArn(arn);
  if (theirs.partition !== own?.partition)
    return fail.partition({ role, theirs: theirs.partition, own: own?.partition ?? '' });
  return /^\d{12}$/.test(theirs.accountId)
    ? fail.account({ role, theirs: theirs.accountId, own: own.accountId })
    : fail['not-an-account']({ role, theirs: theirs.accountId });
};
