import type { Facts } from '../../evaluate/facts.ts';
import { clustersWithIssuer } from '../../evaluate/fleet-index.ts';
import type { StatementSubject } from '../../evaluate/subjects.ts';
import { parseArn, providerArn, providerHostPath } from '../../model/arn.ts';
import { complete, valueOr } from '../../model/collected.ts';
import { nearest } from '../../text/nearest.ts';
import type { EksPrincipal } from '../../trust/eks-issuer.ts';
import { defineRule, type Failure, failOrPass, notApplicable, unknown } from '../define-rule.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../example-world.ts';
import { mismatchedKeys } from './support/key-mismatch.ts';
import { principalFix } from './support/principal-fix.ts';
import {
  cleanIssuer,
  explains,
  isOwnProvider,
  lookUpProvider,
  notAuthorized,
  type ProviderLookup,
  readAt,
  type StatementView,
  viewOf,
} from './support/statement-view.ts';

/** IAM does not check that a Federated ARN exists: a deleted or mistyped provider is accepted and never matches. */
export const trustProviderMissing = defineRule({
  id: 'trust-provider-missing',
  kind: 'statement',
  group: 'trust',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Trust policies name providers that exist',
  needs: ['providers'],
  docs: {
    why: 'The Federated ARN of a trust policy is compared as text. If no provider has it, because it was deleted with its cluster, belongs to another cluster or is mistyped, no pod can assume the role.',
    fix: 'Create the missing provider if its cluster exists, else name the provider of the cluster that is meant.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html',
      'docs/facts.md §A.7, §B.2',
    ],
  },
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view?.allows) return notApplicable;
    const own = view.principals.filter(
      one => parseArn(one.arn) === undefined || isOwnProvider(one.arn, subject.role.arn),
    );
    const lookups = own.map(principal => ({ principal, lookup: lookUp(principal, facts) }));
    const absent = lookups.filter(({ lookup }) => lookup.status === 'absent');
    if (absent.length > 0) return failOrPass(absent.map(({ principal }) => failureOf(subject, view, principal, facts)));
    const unread = lookups.find(({ lookup }) => lookup.status === 'unread')?.lookup;
    return unread?.status === 'unread' ? unknown(`the providers of the account (${unread.why})`) : failOrPass([]);
  },
  examples: {
    pass: { title: 'the provider exists', facts: () => someFacts() },
    fail: {
      title: 'one digit of the cluster id is mistyped',
      facts: () =>
        someFacts({
          roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: exampleIssuer.replace(/F$/, 'E') }) })]),
        }),
    },
    unknown: {
      title: 'the list of providers was refused in part',
      facts: () =>
        someFacts({
          providers: {
            status: 'partial',
            value: [],
            gaps: [
              {
                what: 'page 1',
                reason: { kind: 'denied', operation: 'iam:ListOpenIDConnectProviders', message: 'denied' },
              },
            ],
          },
        }),
    },
  },
});

/** An ARN that IAM gives to no provider is absent, whatever was read of the account. */
const lookUp = (principal: EksPrincipal, facts: Facts): ProviderLookup =>
  isPossible(principal) ? lookUpProvider(principal.arn, facts) : { status: 'absent' };

const isPossible = ({ arn, hostPath }: EksPrincipal): boolean =>
  parseArn(arn) !== undefined && cleanIssuer(hostPath) === hostPath;

const failureOf = (subject: StatementSubject, view: StatementView, principal: EksPrincipal, facts: Facts): Failure => {
  const issuer = cleanIssuer(principal.hostPath);
  const role = parseArn(subject.role.arn);
  const meant = providerArn(role?.partition ?? 'aws', role?.accountId ?? facts.snapshot.accountId, issuer);
  const [cluster] = clustersWithIssuer(facts.fleet, issuer);
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
        readFrom: readAt(subject, principal.at),
      },
      {
        what: 'providers of the account',
        got: `${valueOr(facts.snapshot.providers, []).length}, none with this ARN`,
        readFrom: 'iam:ListOpenIDConnectProviders',
      },
    ],
    podError: cluster
      ? `InvalidIdentityToken: No OpenIDConnect provider found in your account for https://${issuer}`
      : notAuthorized,
    place: { providerArn: principal.arn, issuer: `https://${issuer}` },
    fix: principalFix(
      subject,
      principal.arn,
      candidate,
      candidate ? lookUpProvider(candidate, facts) : { status: 'absent' },
    ),
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

const impossible =
  'no provider can have: an ARN is arn:<partition>:iam::<account>:oidc-provider/ and the issuer without https://, port or trailing slash';

/** The provider that is most likely meant: one whose issuer the condition keys name, else one that differs by a slip. */
const nearestProvider = (view: StatementView, meant: string, facts: Facts): string | undefined => {
  const arns = valueOr(facts.snapshot.providers, []).map(provider => provider.arn);
  const named = view.statement.conditions.map(({ key }) => cleanIssuer(key.text.slice(0, key.text.lastIndexOf(':'))));
  return arns.find(arn => arn === meant || named.includes(providerHostPath(arn) ?? '')) ?? nearest(meant, arns);
};
