/**
 * The condition keys of a request that a pod makes with the credentials of its role (IAM User Guide, global condition context
 * keys; Service Authorization Reference). The pod chooses what it asks for, not who it is or where it stands.
 */
import type { Environment } from '../decide/environment.ts';
import type { KeyFact } from '../decide/key-fact.ts';
import { keyFact } from '../decide/request-keys.ts';
import { run } from '../decide/text-grammar.ts';
import type { KeyChoice } from '../who/key-choice.ts';
import { anyLine, anyOf } from '../who/request-choices.ts';

/** The role whose credentials are used. */
export interface Session {
  readonly roleArn: string;
  readonly accountId: string;
  readonly partition: string;
  readonly tags: Readonly<Record<string, string>>;
  /** EKS Pod Identity may set session tags beside the tags of the role. */
  readonly hasPodTags: boolean;
  /** Tags that the role may change on itself, by name in lower case. */
  readonly ownTags?: ReadonlyMap<string, TagChange>;
}

/** The changes of one tag that a role may make. */
export interface TagChange {
  readonly set: boolean;
  readonly unset: boolean;
}

/** The action of a request, and the facts of its resource. */
export interface RequestTarget {
  readonly action: string;
  /** The tags of the resource; absent where it may be any of its kind. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The resource is the role itself. */
  readonly isSelf?: true;
  /** Keys of the action's own service that the request carries, by name in lower case. Where it is absent the caller chooses them. */
  readonly keys?: ReadonlyMap<string, KeyChoice>;
  /** Keys by name in lower case that the request has for its other resources alone. */
  readonly lacks?: (name: string) => boolean;
}

const present = (value: string, because = 'it is the role'): KeyFact => ({ present: 'yes', value, because });
const absent = (because: string): KeyFact => ({ present: 'no', because });
const unread = (because: string): KeyFact => ({ present: 'yes', doubt: 'unread', because });
const open = (because: string): KeyFact => ({ present: 'unknown', doubt: 'request-dependent', because });

/** A choice of one fact, or of several. */
export const factsOnly = (...facts: readonly KeyFact[]): KeyChoice => ({ kind: 'facts', facts });

/** A value that the request has. */
export const valueOnly = (value: string, because = 'the request carries it'): KeyChoice =>
  factsOnly(present(value, because));

/** A key that the request does not have. */
export const keyAbsent: KeyChoice = factsOnly(absent('the request has no such key'));

const chosen = anyOf(anyLine);

const network = open('it depends on where the request comes from');
const bySession = open('it depends on how the pod signed in');
const byService = open('it depends on whether a service of AWS makes the request for the pod');

const fixed: ReadonlyMap<string, KeyChoice> = new Map<string, KeyChoice>([
  ['aws:principaltype', valueOnly('AssumedRole')],
  ['aws:principalorgid', factsOnly(unread('the organization of the account is not compared'))],
  ['aws:principalorgpaths', factsOnly(unread('the organization of the account is not compared'))],
  ['aws:resourceorgid', factsOnly(unread('the organization of the account is not compared'))],
  ['aws:resourceorgpaths', factsOnly(unread('the organization of the account is not compared'))],
  ['aws:username', keyAbsent],
  ['aws:userid', factsOnly({ ...bySession, present: 'yes' })],
  ['aws:tokenissuetime', factsOnly({ ...bySession, present: 'yes' })],
  ['aws:federatedprovider', factsOnly(bySession)],
  // Of temporary credentials without MFA it is false, or absent: no pod has MFA.
  [
    'aws:multifactorauthpresent',
    factsOnly({ present: 'unknown', value: 'false', because: 'no pod signs in with MFA' }),
  ],
  ['aws:multifactorauthage', keyAbsent],
  ['aws:sourceidentity', factsOnly(bySession)],
  ['aws:assumedroot', keyAbsent],
  ['aws:principalisawsservice', valueOnly('false')],
  ['aws:viaawsservice', factsOnly(present('false'), byService)],
  ['kms:viaservice', factsOnly(absent('a direct request has no such key'), byService)],
  ['aws:calledvia', factsOnly(absent('a direct request has no such key'), byService)],
  ['aws:calledviafirst', factsOnly(absent('a direct request has no such key'), byService)],
  ['aws:calledvialast', factsOnly(absent('a direct request has no such key'), byService)],
  ['aws:sourceip', factsOnly(network)],
  ['aws:vpcsourceip', factsOnly(network)],
  ['aws:sourcevpc', factsOnly(network)],
  ['aws:sourcevpce', factsOnly(network)],
  ['aws:sourcevpcarn', factsOnly(network)],
  ['aws:vpceaccount', factsOnly(network)],
  ['aws:vpceorgid', factsOnly(network)],
  ['aws:vpceorgpaths', factsOnly(network)],
  ['aws:ec2instancesourcevpc', factsOnly(network)],
  ['aws:ec2instancesourceprivateipv4', factsOnly(network)],
  ['ec2:roledelivery', factsOnly(network)],
  ['ec2:sourceinstancearn', factsOnly(network)],
  ['aws:securetransport', factsOnly(present('true'), present('false'))],
  ['aws:useragent', chosen],
  ['aws:referer', chosen],
  ['aws:tagkeys', chosen],
]);

/** Keys of calls that a service makes for one of its resources: a pod's own call has none. */
const ofServices = /^aws:(?:source(?:account|arn|orgid|orgpaths|owner)|principalservicename(?:slist)?)$/;

/** Services of one endpoint for all regions, with the region that their requests carry in each partition. */
const globalServices: ReadonlySet<string> = new Set(['iam', 'organizations', 'route53', 'cloudfront']);
const regionOfGlobal: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
};

const regionChoice = (service: string, partition: string): KeyChoice => {
  if (!globalServices.has(service)) return anyOf([run(/[a-z0-9-]/, 3)], false);
  const region = regionOfGlobal[partition];
  return region === undefined ? factsOnly(network) : valueOnly(region, `${service} has one endpoint`);
};

/** Tags by name, whose names have no case in keys; two that differ in case only are not decided. */
const tagFact = (tags: Readonly<Record<string, string>>, name: string): KeyFact => {
  const [first, second] = Object.entries(tags).filter(([tag]) => tag.toLowerCase() === name);
  if (second) return open('two tags differ only in case');
  return first ? present(first[1], 'it is its tag') : absent('it has no such tag');
};

const podTags = /^(?:eks-cluster-(?:arn|name)|kubernetes-(?:namespace|service-account|pod-name|pod-uid))$/;

const principalTag = (name: string, session: Session): KeyChoice =>
  session.hasPodTags && podTags.test(name) ? factsOnly(bySession) : ownTag(name, session);

/** A tag of the role itself: the one that it has, or one that it gives itself. */
const ownTag = (name: string, { tags, ownTags }: Session): KeyChoice => {
  const now = tagFact(tags, name);
  const change = ownTags?.get(name);
  if (change?.set) return anyOf(anyLine, now.present !== 'yes' || change.unset);
  return change?.unset ? factsOnly(now, absent('it is taken away')) : factsOnly(now);
};

/** The choice that a session has for a key (lower case) of its request. */
export const sessionChoice = (name: string, session: Session, target: RequestTarget, env: Environment): KeyChoice => {
  const [prefix = '', rest = ''] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf('/') + 1)];
  const service = target.action.slice(0, target.action.indexOf(':')).toLowerCase();
  const own = target.keys?.get(name);
  if (own) return own;
  if (target.lacks?.(name)) return keyAbsent;
  if (/:resourcetag\/|:existingobjecttag\//.test(name)) {
    if (target.isSelf) return ownTag(rest, session);
    return target.tags === undefined ? chosen : factsOnly(tagFact(target.tags, rest));
  }
  if (prefix === 'aws') return globalChoice(name, rest, session, service, env);
  const known = fixed.get(name);
  if (known) return known;
  // Keys of a token are kept in the session that it began, as far as is documented.
  if (/[./]/.test(prefix)) return factsOnly(bySession);
  if (target.keys !== undefined || prefix !== service) return keyAbsent;
  return chosen;
};

const globalChoice = (name: string, rest: string, session: Session, service: string, env: Environment): KeyChoice => {
  if (name.startsWith('aws:principaltag/')) return principalTag(rest, session);
  if (name.startsWith('aws:requesttag/')) return chosen;
  if (name === 'aws:principalarn') return valueOnly(session.roleArn, 'it is the role');
  if (name === 'aws:principalaccount' || name === 'aws:resourceaccount')
    return valueOnly(session.accountId, 'it is the account of the role');
  if (name === 'aws:requestedregion') return regionChoice(service, session.partition);
  if (name === 'aws:currenttime' || name === 'aws:epochtime')
    return factsOnly(keyFact(name, { ...env, keyPrefix: ' ' }));
  if (ofServices.test(name)) return keyAbsent;
  return fixed.get(name) ?? factsOnly({ ...open('it is not documented'), doubt: 'undocumented' });
};
