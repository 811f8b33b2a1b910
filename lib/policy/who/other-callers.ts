/**
 * Callers that are no strangers by themselves: EKS Pod Identity, the services of AWS, and logins of a SAML provider, which
 * the account's administrators have set up (IAM User Guide, SAML federation; docs/facts.md §H.2).
 */
import { webIdentityAction } from '../decide/action.ts';
import type { Environment } from '../decide/environment.ts';
import { known, maybe, no, type ThreeValued, yes } from '../decide/formula.ts';
import type { KeyFact } from '../decide/key-fact.ts';
import { keyFact } from '../decide/request-keys.ts';
import { run, type TextGrammar } from '../decide/text-grammar.ts';
import type { PrincipalEntry } from '../parse/policy.ts';
import type { Caller } from './choose-request.ts';
import type { KeyChoice } from './key-choice.ts';
import { matchesPodIdentity } from './pod-identity.ts';
import {
  anyLine,
  anyOf,
  isNeverPassed,
  isOfNetwork,
  type Network,
  ofRequest,
  requestChoice,
} from './request-choices.ts';

const absent: KeyFact = { present: 'no', because: 'the caller’s request has no such key' };
const present = (value: string): KeyFact => ({ present: 'yes', value, because: 'the request carries it' });
const facts = (...list: readonly KeyFact[]): KeyChoice => ({ kind: 'facts', facts: list });
const unknown: KeyFact = {
  present: 'unknown',
  doubt: 'undocumented',
  because: 'whether the request carries this key is not documented',
};

const clusterName = run(/[\w-]/, 1, 100);

/** Keys of an identity provider's tokens: the host before the claim has a dot or a path. */
const ofTokens = (key: string): boolean => key.startsWith('saml:') || /[./]/.test(key.split(':')[0] ?? '');

/** Keys of principals that sign with credentials of their own. */
const ofSigners =
  /^(?:aws:(?:principal(?:arn|account|orgid|orgpaths|orgmasteraccountid|tag\/.*)|username|multifactorauth.*|tokenissuetime|assumedroot)|sts:externalid)$/;

/** The network of a service of AWS that calls. */
const networkOfService = (key: string): KeyChoice | undefined => (isOfNetwork(key) ? facts(unknown) : undefined);

const choiceFrom = (
  own: (key: string, env: Environment) => KeyChoice | undefined,
  key: string,
  env: Environment,
  where: Network = 'own',
): KeyChoice => {
  if (isNeverPassed(key, env)) return facts(absent);
  const chosen = own(key, env) ?? requestChoice(key, env, where);
  if (chosen) return chosen;
  if (ofRequest.test(key)) return facts(keyFact(key, { ...env, keyPrefix: ' ' }));
  return facts(ofTokens(key) || ofSigners.test(key) ? absent : unknown);
};

/** EKS Pod Identity for some association of a cluster of the role's account: without sts:TagSession one that switches its tags off. */
export const podIdentityCaller: Caller = {
  action: 'sts:AssumeRole',
  principal: matchesPodIdentity,
  everyone: maybe,
  choice: (name, env) => choiceFrom(podIdentityChoice, name, env),
};

const tags: ReadonlyMap<string, TextGrammar> = new Map([
  ['eks-cluster-name', [clusterName]],
  ['kubernetes-namespace', [run(/[a-z0-9-]/, 1, 63)]],
  ['kubernetes-service-account', [run(/[a-z0-9.-]/, 1, 253)]],
  ['kubernetes-pod-name', [run(/[a-z0-9.-]/, 1, 253)]],
  ['kubernetes-pod-uid', [run(/[0-9a-f-]/, 36, 36)]],
]);

const podIdentityChoice = (key: string, { accountId, provider }: Environment): KeyChoice | undefined => {
  const partition = provider.split(':')[1] ?? 'aws';
  const cluster: TextGrammar = [
    `arn:${partition}:eks:`,
    run(/[a-z0-9-]/, 4),
    `:${accountId}:cluster/`,
    run(/[\w-]/, 1, 100),
  ];
  if (key === 'aws:sourceaccount') return facts(present(accountId));
  if (key === 'aws:sourcearn') return anyOf(cluster, false);
  if (!key.startsWith('aws:requesttag/')) return networkOfService(key);
  const tag = key.slice('aws:requesttag/'.length);
  const grammar = tag === 'eks-cluster-arn' ? cluster : tags.get(tag);
  return grammar ? anyOf(grammar, false) : facts(absent);
};

/** A service of AWS, for a resource whose owner may pass the role to it: those of `source`, or of anybody. `*` is any service. */
export const serviceCaller = (service: string, source?: (key: string) => KeyChoice | undefined): Caller => ({
  action: 'sts:AssumeRole',
  principal: ({ type, value: { text } }) =>
    type === 'Service' && !/[*?]/.test(text + service)
      ? known(text === service)
      : type === 'Service' || (type === 'AWS' && text === '*')
        ? maybe
        : no,
  everyone: maybe,
  choice: (name, env) => choiceFrom(key => source?.(key) ?? serviceChoice(key, service), name, env),
});

const serviceName: TextGrammar = [run(/[a-z0-9.-]/, 1), '.amazonaws.com'];

const serviceChoice = (key: string, service: string): KeyChoice | undefined => {
  if (/^aws:source(?:account|arn|orgid|orgpaths)$/.test(key)) return anyOf(anyLine);
  if (key.startsWith('aws:requesttag/') || key === 'aws:tagkeys') return anyOf(anyLine);
  if (key === 'aws:principalservicename')
    return /[*?]/.test(service) ? anyOf(serviceName, false) : facts(present(service));
  // Roles Anywhere gives the names of the certificate as tags (IAM Roles Anywhere User Guide, trust model).
  if (service === 'rolesanywhere.amazonaws.com' && /^(?:aws:principaltag\/x509|(?:aws|sts):sourceidentity$)/.test(key))
    return anyOf(anyLine);
  if (key === 'aws:principalisawsservice') return facts(present('true'));
  return key === 'aws:viaawsservice' ? facts(present('false')) : networkOfService(key);
};

/** Whoever signs in at a SAML provider of the account. */
export const samlCaller = (provider: string, where?: Network): Caller => ({
  action: 'sts:AssumeRoleWithSAML',
  principal: entry => matchesLogin(entry, provider),
  everyone: maybe,
  choice: (name, env) =>
    choiceFrom(
      key => (/^(?:saml:|aws:requesttag\/|aws:tagkeys$)/.test(key) ? anyOf(anyLine) : undefined),
      name,
      env,
      where,
    ),
});

/** Whoever signs in at some identity provider, by SAML or by tokens, which have some of the keys that `isOwn` names: a wildcard may
 *  stand for them. */
export const loginsByWildcard = (isOwn: (key: string) => boolean, where: Network): readonly Caller[] => [
  samlCaller('*', where),
  {
    action: webIdentityAction,
    principal: entry => matchesLogin(entry, '*'),
    everyone: maybe,
    choice: (name, env) =>
      choiceFrom(key => (isOwn(key) ? (ofTokens(key) ? anyOf(anyLine) : undefined) : facts(absent)), name, env, where),
  },
];

const matchesLogin = ({ type, value: { text } }: PrincipalEntry, provider: string): ThreeValued => {
  if (type === 'Federated') return text === provider ? yes : text === '*' ? maybe : no;
  return type === 'AWS' && text === '*' ? maybe : no;
};
