import { type Facts, type IssuerSubject, isEksHost, noVerificationKey } from '../../facts.ts';
import { describeCluster, discoveryStep } from '../../fixes/look-steps.ts';
import type { Collected, IssuerFacts, ReadFailure } from '../../model.ts';
import { phrase } from '../../text.ts';
import { issuerName } from '../oidc/issuer-users.ts';
import { isIntercepted } from '../oidc/served-chain.ts';
import { decideBy, defineRule, failed, failures, notApplicable, pass, unknown, type Verdict } from '../prelude.ts';

const fail = failures({
  host: ['cannot be reached', 'issuer {issuer} cannot be reached ({kind})'],
  document: ['documents not served', 'issuer {issuer} does not serve its documents: {answer}'],
});

/** The issuer's documents must be there for STS to verify a token. */
export const issuerUnreachable = defineRule({
  id: 'issuer-unreachable',
  kind: 'issuer',
  impact: 'breaks',
  severity: 'medium',
  shownAt: 'provider-thumbprint',
  title: 'Discovery document and keys can be fetched',
  fault: 'The issuer’s discovery document or keys cannot be fetched',
  says: fail.says,
  needs: ['issuer'],
  why: 'STS fetches the keys of the issuer to verify a token. If they cannot be fetched, STS accepts no token of the cluster. From a private network, or behind a proxy that inspects TLS, the auditor does not see what AWS sees: there the answer is unknown.',
  fix: 'Check with the commands whether the issuer answers from elsewhere, and whether the cluster still has it.',
  references: ['docs/facts.md §B.7, §C.2', 'https://openid.net/specs/openid-connect-discovery-1_0.html'],
  check: (subject, facts) =>
    subject.isForeign
      ? notApplicable
      : decideBy(subject.facts, 'a live fetch of the issuer', probed => judge(subject, probed, facts)),
});

const judge = (subject: IssuerSubject, probed: IssuerFacts, facts: Facts): Verdict => {
  const wrong = firstFailure(probed);
  if (wrong === undefined) return pass;
  const inWords = `${wrong.operation}: ${wrong.message}`;
  if (probed.fromPrivateNetwork || isIntercepted(subject.url, facts))
    return unknown('ambiguous', `what AWS sees of ${subject.url}; the probe from here failed (${inWords})`);
  if (['throttled', 'not-asked-for', 'too-large'].includes(wrong.kind)) return unknown('unread', inWords);
  return failed(
    (probed.host.status === 'unavailable'
      ? fail.host({ issuer: issuerName(subject.url, facts), kind: wrong.kind })
      : fail.document({ issuer: issuerName(subject.url, facts), answer: wrong.message })
    )
      .changing('answer', wrong.operation, wrong.message, phrase('status 200'))
      .volatile(['answer'])
      .podError(noVerificationKey)
      .fix(fixOf(subject, wrong)),
  );
};

/** The first step that failed for want of an answer; a wrong answer is the business of issuer-discovery-invalid. */
const firstFailure = ({ host, discovery, keys }: IssuerFacts): ReadFailure | undefined => {
  if (host.status === 'unavailable') return host.reason;
  return [discovery, keys].map(unanswered).find(reason => reason !== undefined);
};

const unanswered = (document: Collected<unknown>): ReadFailure | undefined => {
  const reason = document.status === 'unavailable' ? document.reason : undefined;
  return reason && !['invalid', 'too-large', 'not-asked-for'].includes(reason.kind) ? reason : undefined;
};

const fixOf = ({ url, place }: IssuerSubject, { kind, message }: ReadFailure) => ({
  summary: "Check whether the issuer answers from elsewhere, and whether it is still the cluster's issuer.",
  steps: [
    discoveryStep(url),
    ...(place.clusterName !== undefined && place.region !== undefined
      ? [describeCluster({ ...place, name: place.clusterName, region: place.region }, 'issuer')]
      : []),
  ],
  choice: isEksHost(url)
    ? 'If it answers nowhere and the cluster is active, open a case with AWS Support: EKS runs the issuer.'
    : isInS3(url) && (kind === 'denied' || /403/.test(message))
      ? 'Let everyone read the two documents in the bucket: its block on public access and its policy decide that. Else serve them through CloudFront, under the same address.'
      : 'Whether the cluster still lives: then serve its two documents at this address again.',
});

/** An issuer whose documents lie in a bucket, as kOps and self-managed clusters have it. */
const isInS3 = (url: string): boolean => /^https:\/\/(?:[^/]+\.)?s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com/i.test(url);
