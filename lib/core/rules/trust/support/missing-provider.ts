import type { EksPrincipal } from '../../../facts/eks-issuer.ts';
import type { Facts } from '../../../facts/facts.ts';
import { clustersWithIssuer } from '../../../facts/fleet-index.ts';
import type { StatementSubject } from '../../../facts/subjects.ts';
import { providerArnBeside } from '../../../model/arn.ts';
import { valueOr } from '../../../model/collected.ts';
import type { Fix } from '../../../model/finding.ts';
import type { Failure } from '../../define-rule.ts';
import { mismatchedKeys } from './key-mismatch.ts';
import { isPossible, nearestProvider } from './meant-provider.ts';
import { principalFix } from './principal-fix.ts';
import { cleanIssuer, explains, lookUpProvider, notAuthorized, readAt, type StatementView } from './statement-view.ts';

/** The failure of a statement that names a provider which is not there: what is meant most likely, and what it takes. */
export const missingProvider = (
  subject: StatementSubject,
  view: StatementView,
  principal: EksPrincipal,
  facts: Facts,
): Failure => {
  const issuer = cleanIssuer(principal.hostPath);
  const meant = providerArnBeside(subject.role.arn, issuer);
  const [cluster] = clustersWithIssuer(facts.fleet, issuer);
  const isRead = lookUpProvider(principal.arn, facts).status !== 'unread';
  const candidate = cluster ? meant : nearestProvider(view, meant, facts);
  const cause = cluster
    ? `the cluster ${cluster.name} has this issuer, but the account has no provider for it`
    : candidate
      ? `the nearest one is ${candidate}`
      : 'no cluster that was read has this issuer either';
  return {
    discriminator: principal.arn,
    at: principal.at,
    message: `the trust policy of ${subject.role.arn} names the provider ${principal.arn}, which ${isPossible(principal) ? `does not exist in the account: ${cause}` : impossible}`,
    evidence: [
      {
        what: 'Federated principal',
        got: principal.arn,
        ...(candidate ? { wanted: candidate } : {}),
        ...readAt(subject, principal.at),
      },
      ...(isRead
        ? [
            {
              what: 'providers of the account',
              got: `${valueOr(facts.snapshot.providers, []).length}, none with this ARN`,
              readFrom: 'iam:ListOpenIDConnectProviders',
            },
          ]
        : []),
    ],
    podError: cluster
      ? `InvalidIdentityToken: No OpenIDConnect provider found in your account for https://${issuer}`
      : notAuthorized,
    place: { providerArn: principal.arn, issuer: `https://${issuer}` },
    fix: fixOf(subject, principal, candidate, facts),
    explains: [
      ...explains(
        subject,
        [principal.arn, ...mismatchedKeys(view)],
        ['trust-key-issuer-mismatch', 'trust-never-matches', 'trust-audience-impossible', 'trust-audience-unchecked'],
      ),
      { ruleId: 'role-trusts-dead-cluster', subject: subject.id },
    ],
  };
};

/** An ARN that cannot be is put right as it stands; whether the account has that provider is another question. */
const fixOf = (
  subject: StatementSubject,
  principal: EksPrincipal,
  candidate: string | undefined,
  facts: Facts,
): Fix => {
  if (candidate === undefined && lookUpProvider(principal.arn, facts).status === 'unread')
    return {
      summary: `Write the provider in the trust policy of ${subject.role.name} as arn:<partition>:iam::<account>:oidc-provider/${cleanIssuer(principal.hostPath) || '<issuer>'}.`,
      commands: [],
      choice: 'Confirm that the account has this provider: its list was not read.',
    };
  const lookup = candidate === undefined ? ({ status: 'absent' } as const) : lookUpProvider(candidate, facts);
  return principalFix(subject, principal.arn, candidate, lookup);
};

const impossible =
  'no provider can have: an ARN is arn:<partition>:iam::<account>:oidc-provider/ and the issuer without https://, port or trailing slash';
