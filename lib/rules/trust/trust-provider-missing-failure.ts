import type { EksPrincipal } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import { clustersWithIssuer } from '../../facts/fleet-index.ts';
import type { StatementSubject } from '../../facts/subjects.ts';
import { parseArn, providerArnBeside } from '../../model/arn.ts';
import { cleanIssuer } from '../../model/clean-issuer.ts';
import { valueOr } from '../../model/collected.ts';
import type { FixDraft } from '../../model/finding.ts';
import { type Message, phrase } from '../../text/message.ts';
import { lookUpProvider } from '../access/trust-context.ts';
import type { Failure } from '../failure.ts';
import { failures } from '../failure.ts';
import { principalFix } from './policy-edit/principal-fix.ts';
import { mismatchedKeys } from './statement/key-mismatch.ts';
import { leftoverOf } from './statement/leftover.ts';
import { isPossible, nearestProvider } from './statement/meant-provider.ts';
import { explains, notAuthorized, readAt, type StatementView } from './statement/statement-view.ts';

/** The messages of trust-provider-missing. */
export const missingMessage = failures({
  'for-cluster': [
    'provider does not exist',
    'role {role} trusts cluster {cluster}, which has no provider in account {account}',
  ],
  nearest: ['provider does not exist', 'role {role} trusts a provider that does not exist; the nearest is {nearest}'],
  gone: [
    'provider does not exist',
    'role {role} trusts a provider that does not exist, and no cluster that was read has its issuer',
  ],
  impossible: ['invalid provider ARN', 'role {role} trusts {principal}, which is not a valid provider ARN'],
});

/** The failure of a statement that names a provider which does not exist: which one is most likely right. */
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
  return {
    discriminator: principal.arn,
    at: principal.at,
    ...said(subject, principal, cluster?.name, candidate),
    // Nothing is worse for being unread.
    ...(candidate === undefined && leftoverOf(subject, principal, facts) !== 'needed'
      ? { severity: 'low' as const, impact: 'hygiene' as const }
      : {}),
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
              got: phrase('{count:provider}, none with this ARN', {
                count: valueOr(facts.snapshot.providers, []).length,
              }),
              volatile: true as const,
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

const said = (
  { role }: StatementSubject,
  principal: EksPrincipal,
  cluster: string | undefined,
  nearest: string | undefined,
): Message => {
  if (!isPossible(principal)) return missingMessage.impossible({ role: role.name, principal: principal.arn }).message;
  const account = parseArn(role.arn)?.accountId ?? '';
  if (cluster !== undefined) return missingMessage['for-cluster']({ role: role.name, cluster, account }).message;
  return nearest === undefined
    ? missingMessage.gone({ role: role.name }).message
    : missingMessage.nearest({ role: role.name, nearest }).message;
};

/** An invalid ARN is corrected as it stands; whether the account has that provider is another question. */
const fixOf = (
  subject: StatementSubject,
  principal: EksPrincipal,
  candidate: string | undefined,
  facts: Facts,
): FixDraft => {
  if (candidate === undefined && lookUpProvider(principal.arn, facts).status === 'unread')
    return {
      summary: `Write the provider in the trust policy of ${subject.role.name} as arn:<partition>:iam::<account>:oidc-provider/${cleanIssuer(principal.hostPath) || '<issuer>'}.`,
      steps: [],
      choice: 'Confirm that the account has this provider: the list of providers was not read.',
    };
  return principalFix(subject, principal.arn, candidate, facts);
};
