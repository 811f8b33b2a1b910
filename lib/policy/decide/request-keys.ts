/** Which condition keys an AssumeRoleWithWebIdentity request of an EKS token carries (docs/facts.md §A.6). */
import { given } from '../../text.ts';
import type { Environment } from './environment.ts';
import type { KeyFact } from './key-fact.ts';
import type { DoubtKind } from './reason.ts';

const absent = (because: string): KeyFact => ({ present: 'no', because });
const valued = (value: string, because = 'the request carries it'): KeyFact => ({ present: 'yes', value, because });
const hidden = (doubt: DoubtKind, because: string): KeyFact => ({ present: 'yes', doubt, because });
const unknowable = (doubt: DoubtKind, because: string): KeyFact => ({ present: 'unknown', doubt, because });

/** Looks a key up; its name is not case-sensitive. */
export const keyFact = (key: string, env: Environment): KeyFact => {
  const name = key.toLowerCase();
  const ofCaller = env.keys?.(name);
  if (ofCaller) return ofCaller;
  if (name.startsWith(env.keyPrefix)) return tokenKey(name.slice(env.keyPrefix.length), env);
  const colon = name.indexOf(':');
  const service = name.slice(0, Math.max(colon, 0));
  if (service === 'aws') return globalKey(name.slice(4), key, env);
  if (service === 'sts')
    return stsKeys.get(name.slice(4)) ?? unknowable('undocumented', `whether ${key} is set is not documented`);
  if (name.startsWith('iam:resourcetag/')) return roleTag(key.slice('iam:resourcetag/'.length), env);
  if (service === 'iam') return unknowable('undocumented', `whether ${key} is set for this request is not documented`);
  return absent(foreignKey(name, key, env));
};

const foreignKey = (name: string, key: string, env: Environment): string => {
  if (/^https?:\/\//.test(name)) return 'a condition key never begins with a scheme: the token has no such key';
  if (name.startsWith('arn:')) return 'a condition key is never an ARN: the token has no such key';
  if (/[./]/.test(name) && name.includes(':'))
    return `the token is of issuer ${env.host}: it has no key of ${key.slice(0, key.lastIndexOf(':'))}`;
  return 'the request has no such key';
};

const tokenKey = (claim: string, env: Environment): KeyFact => {
  if (claim === 'sub')
    return env.subject === undefined
      ? { present: 'yes', isSubject: true, because: 'the token’s subject' }
      : valued(env.subject, 'the token’s subject');
  if (claim === 'aud') return valued(env.audience, 'the token’s audience');
  if (claim === 'oaud')
    return {
      present: 'unknown',
      value: env.audience,
      doubt: 'undocumented',
      because: 'whether an EKS token’s request carries :oaud is not documented',
    };
  return absent(`a service account’s token carries no :${claim}`);
};

const noSigner = 'no AWS principal signs this request: the key is absent';
const noTags = 'a service account’s token carries no session tags and no source identity: the key is absent';
const noInstance = 'only requests with the credentials of an EC2 instance role have the key: it is absent';
const network = 'it depends on where the pod’s request comes from';

const stsKeys: ReadonlyMap<string, KeyFact> = new Map([
  ['rolesessionname', hidden('request-dependent', 'the pod’s SDK chooses the session name')],
  ['roleauthorizedbyidp', hidden('undocumented', 'its value for service account tokens is not documented')],
  ['sourceidentity', absent(noTags)],
  ['transitivetagkeys', absent(noTags)],
  ['externalid', absent('AssumeRoleWithWebIdentity has no external id: the key is absent')],
]);

const globalKeys: ReadonlyMap<string, KeyFact> = new Map([
  ['requestedregion', hidden('request-dependent', 'it is the region of the STS endpoint that the pod’s SDK calls')],
  // "should only be used for public IP address ranges"; absent behind a VPC endpoint.
  ['sourceip', { ...unknowable('request-dependent', network), isPublicAddress: true }],
  ['sourcevpc', unknowable('request-dependent', network)],
  ['sourcevpce', unknowable('request-dependent', network)],
  ['sourcevpcarn', unknowable('request-dependent', network)],
  ['vpcsourceip', unknowable('request-dependent', network)],
  ['ec2instancesourcevpc', absent(noInstance)],
  ['ec2instancesourceprivateipv4', absent(noInstance)],
  ['chatbotsourcearn', absent('only requests of a chat application have the key: it is absent')],
  ['assumedroot', absent('only sessions of sts:AssumeRoot have the key: it is absent')],
  ['securetransport', valued('true')],
  ['viaawsservice', valued('false')],
  ['useragent', hidden('request-dependent', 'the pod’s SDK chooses the user agent')],
  ['resourceorgid', unknowable('unread', 'it depends on the organization of the role’s account')],
  ['resourceorgpaths', unknowable('unread', 'it depends on the organization of the role’s account')],
  ['principaltype', unknowable('undocumented', 'its value for web identity is not documented')],
  ['userid', unknowable('undocumented', 'its value for web identity is not documented')],
  ['tagkeys', absent(noTags)],
  ...[
    'tokenissuetime',
    'multifactorauthage',
    'multifactorauthpresent',
    'principalarn',
    'principalaccount',
    'principalorgid',
    'principalorgpaths',
    'principalorgmasteraccountid',
    'username',
    'sourceaccount',
    'sourcearn',
    'sourceorgid',
    'sourceorgpaths',
    'sourceidentity',
    'calledvia',
    'calledviafirst',
    'calledvialast',
    'principalservicename',
    'principalservicenameslist',
    'principalisawsservice',
  ].map((name): [string, KeyFact] => [name, absent(noSigner)]),
]);

const globalKey = (name: string, key: string, env: Environment): KeyFact => {
  if (name.startsWith('resourcetag/')) return roleTag(key.slice('aws:resourcetag/'.length), env);
  if (name.startsWith('requesttag/')) return absent(noTags);
  if (name.startsWith('principaltag/')) return absent(noSigner);
  if (name === 'currenttime') return clock(env);
  if (name === 'epochtime') return { ...clock(env), isEpoch: true };
  if (name === 'resourceaccount') return valued(env.accountId, 'the role’s account');
  if (name === 'federatedprovider')
    return { ...valued(env.provider, 'documented as the provider’s ARN'), otherForms: true, doubt: 'undocumented' };
  return globalKeys.get(name) ?? unknowable('undocumented', `whether ${key} is set for this request is not documented`);
};

const clock = ({ now }: Environment): KeyFact => ({
  ...hidden(now === undefined ? 'unread' : 'undocumented', 'it is the time of the request'),
  ...given({ instant: now }),
});

/** Tag keys are not case-sensitive in condition keys (IAM User Guide, tags); two tags that differ in case only are unknown. */
const roleTag = (tag: string, env: Environment): KeyFact => {
  if (!env.roleTags) return unknowable('unread', 'the role’s tags are not known here');
  const values = Object.entries(env.roleTags).filter(([name]) => name.toLowerCase() === tag.toLowerCase());
  const [first, second] = values;
  if (second) return unknowable('undocumented', 'two tags of the role differ only in case');
  return first ? valued(first[1], 'the role’s tag') : absent('the role has no such tag');
};
