import type { IssuerSubject } from '../../facts/subjects.ts';
import { type Collected, type ReadFailure, unavailable } from '../../model/collected.ts';
import type { IssuerFacts } from '../../model/issuer.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import { decideBy, defineRule, fail, pass, unknown, type Verdict } from '../define-rule.ts';
import { anIssuer, someFacts } from '../example-world.ts';
import { noVerificationKey } from './support/key-error.ts';

/** The issuer's documents must be there for STS to verify a token. */
export const issuerUnreachable = defineRule({
  id: 'issuer-unreachable',
  kind: 'issuer',
  group: 'issuer',
  impact: 'breaks',
  severity: 'medium',
  shownAt: 'provider-thumbprint',
  title: "Every issuer's discovery document and keys can be fetched",
  needs: ['issuer'],
  docs: {
    why: 'STS fetches the keys of the issuer to verify a token. If they cannot be fetched, no token of the cluster is accepted. From a private network the auditor does not see what AWS sees: there the answer is unknown.',
    fix: 'See with the commands whether the issuer answers from elsewhere, and whether the cluster still has it.',
    references: ['docs/facts.md §B.7, §C.2', 'https://openid.net/specs/openid-connect-discovery-1_0.html'],
  },
  check: subject => decideBy(subject.facts, 'a live fetch of the issuer', probed => judge(subject, probed)),
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
                message: '10.0.0.5 is no public address',
              }),
              fromPrivateNetwork: true,
            },
          ],
        }),
    },
  },
});

const judge = (subject: IssuerSubject, probed: IssuerFacts): Verdict => {
  const failed = firstFailure(probed);
  if (failed === undefined) return pass;
  const inWords = `${failed.operation}: ${failed.message}`;
  if (probed.fromPrivateNetwork) return unknown('unread', `what AWS sees of ${subject.url}; from here: ${inWords}`);
  if (['throttled', 'not-asked-for', 'too-large'].includes(failed.kind)) return unknown('unread', inWords);
  return fail({
    message: `the issuer ${subject.url} cannot be fetched: ${failed.message}`,
    evidence: [
      { what: 'answer', got: failed.message, wanted: 'an answer with status 200', readFrom: failed.operation },
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
  summary: "See whether the issuer answers from elsewhere, and whether it is still the cluster's.",
  commands: [
    `curl --silent --show-error --dump-header - ${shellQuote(`${url}/.well-known/openid-configuration`)}`,
    ...(place.clusterName !== undefined && place.region !== undefined
      ? [
          `aws eks describe-cluster --name ${shellQuote(place.clusterName)} --region ${shellQuote(place.region)} --query cluster.identity.oidc.issuer --output text`,
        ]
      : []),
  ],
  choice: 'If it answers nowhere although the cluster is active, AWS Support must mend it: EKS runs the issuer.',
});
