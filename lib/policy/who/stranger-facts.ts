/**
 * The values that a caller of an arbitrary AWS account can bring about in a signed request (IAM User Guide, global
 * condition keys): a stranger chooses names, tags, session names and the network, and has an unnamed account and
 * organization.
 */
import type { Environment } from '../decide/environment.ts';
import { type KeyFact, keyFact } from '../decide/request-keys.ts';

/** Accounts and organizations that nobody has: one for each first character, so that a pattern open to many meets one. */
const accounts = [...'0123456789'].map(digit => `${digit}73519084626`);
const organizations = [...'abcdefghijklmnopqrstuvwxyz0123456789'].map(letter => `o-${letter}7qxz0w4kv`);

const present = (value: string): KeyFact => ({ present: 'yes', value, because: 'a stranger can have it' });
const absent: KeyFact = { present: 'no', because: 'a stranger’s request need not have it' };
const optional = (values: readonly string[]): readonly KeyFact[] => [...values.map(present), absent];

/** A value that fits a pattern of the policy, whatever stands for its wildcards. */
const fitting = (pattern: string): string => pattern.replaceAll('*', 'x').replaceAll('?', 'x');

/** ARNs of principals of a stranger's account, with the names that the policy's values end with. */
const principalArns = (values: readonly string[]): readonly KeyFact[] => {
  const names = new Set(['role/x', 'user/x', 'root', ...values.map(value => fitting(value.split(':').at(-1) ?? ''))]);
  const partitions = new Set([
    'aws',
    ...values.map(value => value.split(':')[1] ?? '').filter(one => /^aws[a-z-]*$/.test(one)),
  ]);
  return [...partitions].flatMap(partition =>
    accounts.flatMap(account => [...names].map(name => present(`arn:${partition}:iam::${account}:${name}`))),
  );
};

/** Keys whose value a stranger chooses, or may leave out. */
const free = new Set([
  'aws:multifactorauthpresent',
  'aws:multifactorauthage',
  'aws:principaltype',
  'aws:referer',
  'aws:requestedregion',
  'aws:tagkeys',
  'aws:useragent',
  'aws:username',
  'sts:externalid',
  'sts:rolesessionname',
  'sts:sourceidentity',
  'aws:sourceidentity',
  'sts:transitivetagkeys',
]);
const freePrefixes = ['aws:principaltag/', 'aws:requesttag/'];

/** Keys of calls that an AWS service makes for a resource: a stranger's own call has none of them. */
const ofServices = new Set([
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:principalservicename',
  'aws:principalservicenameslist',
]);

const network = new Set(['aws:sourcevpc', 'aws:sourcevpce', 'aws:sourcevpcarn', 'aws:vpceaccount', 'aws:vpceorgid']);

/** Facts of the request itself, the same whoever calls. */
const ofRequest = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:securetransport',
  'aws:viaawsservice',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
]);
const ofRequestPrefixes = ['aws:resourcetag/', 'iam:resourcetag/'];

/** How a key holds strangers back where they cannot satisfy its tests. */
export type Bound = 'organization' | 'accounts' | 'services' | 'network' | 'request';

/** The callers that a tested key tells apart. */
export const boundOf = (key: string): Bound => {
  const name = key.toLowerCase();
  if (name === 'aws:principalorgid' || name === 'aws:principalorgpaths') return 'organization';
  if (name === 'aws:principalaccount' || name === 'aws:principalarn' || name === 'aws:userid') return 'accounts';
  if (ofServices.has(name) || name === 'aws:principalisawsservice') return 'services';
  return network.has(name) || name === 'aws:sourceip' ? 'network' : 'request';
};

/** Every fact of a key that a stranger can bring about, as far as these values tell them apart; undefined for a key of which
 *  that is not documented. */
export const strangerFacts = (
  key: string,
  values: readonly string[],
  env: Environment,
): readonly KeyFact[] | undefined => {
  const name = key.toLowerCase();
  const wanted = values.map(fitting);
  if (free.has(name) || freePrefixes.some(prefix => name.startsWith(prefix)))
    return optional([...wanted, ...values.flatMap(around), 'zz-free', 'true', 'false']);
  if (ofRequest.has(name) || ofRequestPrefixes.some(prefix => name.startsWith(prefix))) return [keyFact(key, env)];
  if (ofServices.has(name)) return [absent];
  if (network.has(name))
    return optional(['vpc-0zz9zz9zz9', 'vpce-0zz9zz9zz9', accounts[7] ?? '', organizations[25] ?? '']);
  switch (name) {
    case 'aws:principalaccount':
      return accounts.map(present);
    case 'aws:principalorgid':
      return optional(organizations);
    case 'aws:principalorgpaths':
      return optional(organizations.map(id => `${id}/r-zz9x/ou-zz9x-zz9zz9zz/`));
    case 'aws:principalarn':
      return principalArns(values);
    case 'aws:userid':
      return ['AROAZZ9ZZ9ZZ9ZZ9ZZ9Z', 'AIDAZZ9ZZ9ZZ9ZZ9ZZ9Z'].flatMap(id => [
        present(id),
        ...wanted.map(value => present(`${id}:${value.slice(value.indexOf(':') + 1)}`)),
      ]);
    case 'aws:principalisawsservice':
      return [present('false')];
    case 'aws:assumedroot':
      return [absent];
    default:
      // Keys of an identity provider's tokens are in no signed request.
      return name.startsWith('saml:') || /[./]/.test(name.split(':')[0] ?? '') ? [absent] : undefined;
  }
};

/** Numbers beside the one that a policy compares with. */
const around = (value: string): readonly string[] =>
  /^\d{1,12}$/.test(value) ? [String(Number(value) - 1), String(Number(value) + 1)] : [];
