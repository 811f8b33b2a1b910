import { type Facts, isEksHost, noVerificationKey } from '../../facts.ts';
import { discoveryStep } from '../../fixes/look-steps.ts';
import type { DiscoveryFacts, IssuerFacts, SigningKey } from '../../model.ts';
import { issuerName } from '../oidc/issuer-users.ts';
import { httpsHost, proxyBefore } from '../oidc/served-chain.ts';
import {
  decideBy,
  defineRule,
  type Failure,
  failOrPass,
  failures,
  notApplicable,
  pass,
  unknown,
  type Verdict,
} from '../prelude.ts';

const fail = failures({
  invalid: ['tokens not verifiable', 'STS cannot verify tokens of {issuer}: its documents have {got} as {what}'],
});

/** The documents came, and STS could not verify a token by them. */
export const issuerDiscoveryInvalid = defineRule({
  id: 'issuer-discovery-invalid',
  kind: 'issuer',
  impact: 'breaks',
  severity: 'high',
  shownAt: 'provider-thumbprint',
  title: 'STS can verify tokens by the documents of the issuer',
  fault: 'STS cannot verify tokens by the documents of the issuer',
  says: fail.says,
  needs: ['issuer'],
  why: 'The issuer in the document must equal the URL. jwks_uri must lead to the keys by https, for EKS on the same host. There must be an RSA or EC key for RS256 to ES512, and at most 100 of each kind.',
  fix: 'For a cluster of EKS open a case with AWS Support. For your own issuer correct the document.',
  references: ['docs/facts.md §B.7', 'https://openid.net/specs/openid-connect-discovery-1_0.html'],
  check: ({ url, facts: probe, isForeign }, facts) =>
    isForeign ? notApplicable : decideBy(probe, 'a live fetch of the issuer', probed => judge(url, probed, facts)),
});

const judge = (url: string, probed: IssuerFacts, facts: Facts): Verdict => {
  const problems = problemsOf(probed);
  if (problems.length > 0 && probed.fromPrivateNetwork)
    return unknown('ambiguous', `what AWS sees of ${url}: the probe ran from a private network`);
  const proxy = problems.length > 0 ? proxyBefore(url, facts) : undefined;
  if (proxy !== undefined) return unknown('ambiguous', `what AWS sees of ${url}: ${proxy}`);
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

/** STS takes no more keys of a kind (IAM User Guide, docs/facts.md §B.7). */
const maxKeys = 100;

/** One thing that keeps STS from verifying a token by an issuer's documents. */
interface Problem {
  readonly discriminator: string;
  readonly what: string;
  readonly got: string;
  readonly wanted: string;
  readonly document: 'discovery' | 'keys';
}

/** Everything that is wrong with the documents that came; nothing for documents that did not come. */
const problemsOf = ({ url, discovery, keys }: IssuerFacts): readonly Problem[] => [
  ...(discovery.status === 'unavailable'
    ? unusable('discovery', discovery.reason)
    : discoveryProblems(url, discovery.value)),
  ...(keys.status === 'unavailable' ? unusable('keys', keys.reason) : keyProblems(keys.value)),
];

const unusable = (
  document: Problem['document'],
  reason: { readonly kind: string; readonly message: string },
): Problem[] =>
  reason.kind === 'invalid' || reason.kind === 'too-large'
    ? [
        {
          discriminator: document,
          document,
          what: `the ${document} document`,
          got: reason.message,
          wanted: 'a JSON document of at most 1 MiB',
        },
      ]
    : [];

const discoveryProblems = (url: string, { issuer, jwksUri }: DiscoveryFacts): Problem[] => {
  const problem = (discriminator: string, got: string, wanted: string): Problem => ({
    discriminator,
    document: 'discovery',
    what: discriminator,
    got,
    wanted,
  });
  const problems: Problem[] = [];
  if (issuer !== url) problems.push(problem('issuer', issuer ?? 'none', url));
  if (jwksUri === undefined) problems.push(problem('jwks_uri', 'none', `${url}/keys`));
  else if (isMisplaced(jwksUri, url))
    problems.push(problem('jwks_uri', jwksUri, isEksHost(url) ? `a URL on ${httpsHost(url)}` : 'an https:// URL'));
  return problems;
};

/** EKS serves an issuer's keys beside its document. Other issuers may serve them elsewhere (IAM's API reference of
 *  CreateOpenIDConnectProvider has keys.server.example.com), by https. */
const isMisplaced = (jwksUri: string, url: string): boolean =>
  isEksHost(url) ? httpsHost(jwksUri) !== httpsHost(url) : !/^https:\/\/[^/?#]/i.test(jwksUri);

const keyProblems = (keys: readonly SigningKey[]): Problem[] => {
  const problem = (got: string, wanted: string): Problem[] => [
    { discriminator: 'keys', document: 'keys', what: 'keys', got, wanted },
  ];
  if (!keys.some(isUsable)) {
    const kinds = [...new Set(keys.map(key => [key.kty, key.alg, key.use].filter(Boolean).join(' ')))].slice(0, 5);
    return problem(
      keys.length === 0 ? 'no key' : `${keys.length} of ${kinds.join(', ')}`,
      'an RSA or EC key for RS256, RS384, RS512, ES256, ES384 or ES512',
    );
  }
  const most = Math.max(...['RSA', 'EC'].map(kty => keys.filter(key => key.kty === kty).length));
  return most > maxKeys ? problem(`${most} of one kind`, `at most ${maxKeys}`) : [];
};

const algorithms: Readonly<Record<string, RegExp>> = { RSA: /^RS(256|384|512)$/, EC: /^ES(256|384|512)$/ };

const isUsable = ({ kty, alg, use }: SigningKey): boolean => {
  const allowed = algorithms[kty];
  return allowed !== undefined && (alg === undefined || allowed.test(alg)) && (use === undefined || use === 'sig');
};
