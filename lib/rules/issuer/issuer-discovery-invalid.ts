import type { Facts } from '../../facts/facts.ts';
import { discoveryStep } from '../../fixes/look-steps.ts';
import type { IssuerFacts } from '../../model/issuer.ts';
import { decideBy, defineRule, failOrPass, pass, unknown, type Verdict } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { failures } from '../failure.ts';
import { issuerName } from '../oidc/issuer-users.ts';
import { type Problem, problemsOf } from './support/document-problems.ts';
import { noVerificationKey } from './support/key-error.ts';

const fail = failures({ invalid: ['tokens not verifiable', 'STS cannot verify tokens of {issuer}: {what} is {got}'] });

/** The documents came, and STS could not verify a token by them. */
export const issuerDiscoveryInvalid = defineRule({
  id: 'issuer-discovery-invalid',
  kind: 'issuer',
  group: 'issuer',
  impact: 'breaks',
  severity: 'high',
  shownAt: 'provider-thumbprint',
  title: 'STS can verify tokens by the documents of the issuer',
  says: fail.says,
  needs: ['issuer'],
  docs: {
    why: 'The issuer in the document must equal the URL. jwks_uri must lead to the keys by https, for EKS on the same host. There must be an RSA or EC key for RS256 to ES512, and at most 100 of each kind.',
    fix: 'For a cluster of EKS open a case with AWS Support. For your own issuer correct the document.',
    references: ['docs/facts.md §B.7', 'https://openid.net/specs/openid-connect-discovery-1_0.html'],
  },
  check: ({ url, facts: probe }, facts) =>
    decideBy(probe, 'a live fetch of the issuer', probed => judge(url, probed, facts)),
});

const judge = (url: string, probed: IssuerFacts, facts: Facts): Verdict => {
  const problems = problemsOf(probed);
  if (problems.length > 0 && probed.fromPrivateNetwork)
    return unknown('ambiguous', `what AWS sees of ${url}: the probe ran from a private network`);
  if (problems.length > 0) return failOrPass(problems.map(problem => failureOf(url, problem, facts)));
  for (const document of [probed.discovery, probed.keys])
    if (document.status === 'unavailable')
      return unknown('unread', `${document.reason.operation}: ${document.reason.message}`);
  return pass;
};

const failureOf = (url: string, { discriminator, what, got, wanted, document }: Problem, facts: Facts): Failure => {
  const readFrom = document === 'keys' ? `GET keys of ${url}` : `GET ${url}/.well-known/openid-configuration`;
  return fail
    .invalid({ issuer: issuerName(url, facts), what, got })
    .discriminator(discriminator)
    .evidence(what, readFrom, got, wanted)
    .podError(noVerificationKey)
    .fix({
      summary: 'Look at what the issuer serves.',
      steps: [discoveryStep(url)],
      choice: 'For a cluster of EKS open a case with AWS Support. For your own issuer correct the document.',
    });
};
