import { type Facts, isAuditedIssuer } from '../../facts.ts';
import { iamQuotas, nearFrom, providerHostPath, readFailuresOf, valueOr } from '../../model.ts';
import { compareText, phrase } from '../../text.ts';
import { raiseQuota } from '../oidc/provider-lines.ts';
import { defineRule, iamGuide, notApplicable, pass, unknown, unknownKindOf } from '../prelude.ts';

const { least, most } = iamQuotas.oidcProviders;

/** Says once, at the account's first provider, how full the account is. */
export const providerQuotaNear = defineRule({
  id: 'provider-quota-near',
  kind: 'provider',
  impact: 'hygiene',
  severity: 'low',
  shownAt: 'provider-exists',
  title: 'The account has room for more providers',
  fault: 'The quota of providers is nearly used',
  says: { near: ['quota is nearly used', 'account {account} has {count} of at most {quota} OIDC providers'] },
  needs: ['providers'],
  why: 'An account has a quota of OIDC providers, 100 unless raised. Each cluster uses one, and providers of deleted clusters stay. At the quota the next provider cannot be created: LimitExceeded.',
  fix: 'Delete the providers of deleted clusters, or request a higher quota.',
  references: [iamGuide('reference_iam-quotas'), 'docs/facts.md §B.1'],
  check: (subject, facts, fail) => {
    // In a part of the list another one is the first.
    const [gap] = readFailuresOf(facts.snapshot.providers);
    if (gap !== undefined)
      return unknown(unknownKindOf(gap), `how many OIDC providers the account has: ${gap.message}`);
    if (firstOf(facts) !== subject.id) return notApplicable;
    const { quotas, accountId } = facts.snapshot;
    const count = valueOr(facts.snapshot.providers, []).length;
    const read = valueOr(quotas, {}).oidcProviders;
    const quota = read ?? most;
    if (count < nearFrom(quota))
      // Unread, the quota is between the two: few providers are far from any.
      return read === undefined && count >= nearFrom(least)
        ? unknown('unread', `the account's quota of OIDC providers (${count} are in use)`)
        : pass;
    const where = read === undefined ? 'the most that AWS grants (IAM quotas)' : 'servicequotas:GetServiceQuota';
    return fail
      .near({ account: accountId, count, quota })
      .changing(
        'OIDC providers',
        'iam:ListOpenIDConnectProviders',
        String(count),
        phrase('fewer than {near}', { near: nearFrom(quota) }),
      )
      .evidence('quota', where, String(quota))
      .volatile(['count'])
      .fix({
        summary: 'Delete the providers that provider-orphaned reports, or request a higher quota.',
        steps: raiseQuota(iamQuotas.oidcProviders, quota, facts.snapshot),
        choice:
          quota >= most
            ? `Which providers to delete: AWS grants at most ${most}.`
            : `Whether to raise the quota (at most ${most}) or to delete providers.`,
      });
  },
});

/** The audited provider that speaks for the account: the first by ARN. */
const firstOf = (facts: Facts): string | undefined =>
  valueOr(facts.snapshot.providers, [])
    .map(({ arn }) => arn)
    .toSorted(compareText)
    .find(arn => {
      const issuer = providerHostPath(arn);
      return issuer !== undefined && isAuditedIssuer(issuer, facts);
    });
