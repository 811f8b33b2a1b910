import { isEksHost } from '../../../facts/eks-issuer.ts';
import type { DiscoveryFacts, IssuerFacts, SigningKey } from '../../../model/issuer.ts';
import { httpsHost } from '../../oidc/https-host.ts';

/** STS takes no more keys of a kind (IAM User Guide, docs/facts.md §B.7). */
const maxKeys = 100;

/** One thing that keeps STS from verifying a token by an issuer's documents. */
export interface Problem {
  readonly discriminator: string;
  readonly what: string;
  readonly got: string;
  readonly wanted: string;
  readonly document: 'discovery' | 'keys';
}

/** Everything that is wrong with the documents that came; nothing for documents that did not come. */
export const problemsOf = ({ url, discovery, keys }: IssuerFacts): readonly Problem[] => [
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
