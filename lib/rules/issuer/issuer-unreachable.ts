import type { Facts } from '../../facts/facts.ts';
import type { IssuerSubject } from '../../facts/subjects.ts';
import { describeCluster, discoveryStep } from '../../fixes/look-steps.ts';
import { type Collected, type ReadFailure, unavailable } from '../../model/collected.ts';
import type { IssuerFacts } from '../../model/issuer.ts';
import { defineMessages, phrase } from '../../text/message.ts';
import { decideBy, defineRule, fail, pass, unknown, type Verdict } from '../define-rule.ts';
import { anIssuer, someFacts } from '../example-world.ts';
import { issuerName } from '../oidc/issuer-users.ts';
import { noVerificationKey } from './support/key-error.ts';

const message = defineMessages({
  host: 'issuer {issuer} cannot be reached ({kind})',
  document: 'issuer {issuer} does not serve its documents: {answer}',
});

/** The issuer's documents must be there for STS to verify a token. */
export const issuerUnreachable = defineRule({
  id: 'issuer-unreachable',
  kind: 'issuer',
  group: 'issuer',
  impact: 'breaks',
  severity: 'medium',
  shownAt: 'provider-thumbprint',
  title: 'Discovery document and keys can be fetched',
  brief: { host: 'cannot be reached', document: 'documents not served' },
  messages: message.templates,
  needs: ['issuer'],
  docs: {
    why: 'STS fetches the keys of the issuer to verify a token. If they cannot be fetched, STS accepts no token of the cluster. From a private network the auditor does not see what AWS sees: there the answer is unknown.',
    fix: 'Check with the commands whether the issuer answers from elsewhere, and whether the cluster still has it.',
    references: ['docs/facts.md §B.7, §C.2', 'https://openid.net/specs/openid-connect-discovery-1_0.html'],
  },
  check: (subject, facts) =>
    decideBy(subject.facts, 'a live fetch of the issuer', probed => judge(subject, probed, facts)),
  examples: {
    pass: { title: 'both documents were fetched', facts: () => someFacts() },
    fail: {
      title: 'the issuer answers 404',
      facts: () => someFacts({ issuers: [without({ kind: 'not-found', operation: 'GET …', message: 'HTTP 404' })] }),
    },
    unknown: {
      title: 'the host has a private address here',
      facts: () =>
        someFacts({
          issuers: [
            {
              ...without({ kind: 'not-asked-for', operation: 'GET …', message: 'the host was not reached' }),
              host: unavailable({
                kind: 'unreachable',
                operation: 'TLS handshake',
                message: '10.0.0.5 is not a public address',
              }),
              fromPrivateNetwork: true,
            },
          ],
        }),
    },
  },
});

const judge = (subject: IssuerSubject, probed: IssuerFacts, facts: Facts): Verdict => {
  const failed = firstFailure(probed);
  if (failed === undefined) return pass;
  const inWords = `${failed.operation}: ${failed.message}`;
  if (probed.fromPrivateNetwork) return unknown('ambiguous', `what AWS sees of ${subject.url}; from here: ${inWords}`);
  if (['throttled', 'not-asked-for', 'too-large'].includes(failed.kind)) return unknown('unread', inWords);
  return fail({
    ...(probed.host.status === 'unavailable'
      ? message('host', { issuer: issuerName(subject.url, facts), kind: failed.kind })
      : message('document', { issuer: issuerName(subject.url, facts), answer: failed.message })),
    volatile: ['answer'],
    evidence: [
      { what: 'answer', got: failed.message, wanted: phrase('status 200'), readFrom: failed.operation, volatile: true },
    ],
    podError: noVerificationKey,
    fix: fixOf(subject),
  });
};

const without = (reason: ReadFailure): IssuerFacts =>
  anIssuer({ discovery: unavailable(reason), keys: unavailable(reason) });

/** The first step that failed for want of an answer; a wrong answer is the business of issuer-discovery-invalid. */
const firstFailure = ({ host, discovery, keys }: IssuerFacts): ReadFailure | undefined => {
  if (host.status === 'unavailable') return host.reason;
  return [discovery, keys].map(unanswered).find(reason => reason !== undefined);
};

const unanswered = (document: Collected<unknown>): ReadFailure | undefined => {
  const reason = document.status === 'unavailable' ? document.reason : undefined;
  return reason && !['invalid', 'too-large', 'not-asked-for'].includes(reason.kind) ? reason : undefined;
};

const fixOf = ({ url, place }: IssuerSubject) => ({
  summary: "Check whether the issuer answers from elsewhere, and whether it is still the cluster's issuer.",
  steps: [
    discoveryStep(url),
    ...(place.clusterName !== undefined && place.region !== undefined
      ? [describeCluster({ ...place, name: place.clusterName, region: place.region }, 'cluster.identity.oidc.issuer')]
      : []),
  ],
  choice: 'If it answers nowhere and the cluster is active, open a case with AWS Support: EKS runs the issuer.',
});
