/** The choice that a session has for each key of its request: by session, by target, and by service. */
import { describe, expect, test } from '@jest/globals';
import type { RequestTarget, Session } from '../../../lib/policy/permissions/session-keys.ts';
import { environmentOf, type KeyChoice, sessionChoice, valueOnly } from '../../../lib/policy.ts';
import { aRequest, mustParse, policyText } from '../../support/trust-cases.ts';
import { whole } from '../../support/whole/whole.ts';

const session: Session = {
  ...{ roleArn: 'arn:aws:iam::111122223333:role/app', accountId: '111122223333', partition: 'aws', hasPodTags: false },
  tags: { Team: 'a', env: 'prod', ENV: 'test' },
};
const env = environmentOf(aRequest(), mustParse(policyText([])));

/** A choice in words: its facts, or that any text will do. */
const shown = (choice: KeyChoice): readonly string[] => {
  if (choice.kind !== 'facts')
    return [choice.kind === 'text' && choice.optional ? 'any text or none' : `any ${choice.kind}`];
  return choice.facts.map(({ present, value, doubt, because }) =>
    [present, ...(value === undefined ? [] : [value]), ...(doubt === undefined ? [] : [doubt]), because].join(' | '),
  );
};
const choiceOf = (name: string, over: Partial<Session> = {}, target: Partial<RequestTarget> = {}): readonly string[] =>
  shown(sessionChoice(name, { ...session, ...over }, { action: 's3:GetObject', ...target }, env));

/** Keys that the IAM User Guide lists, and some of services and of tokens. */
const keys = [
  'aws:principaltype',
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principaltag/team',
  'aws:principaltag/env',
  'aws:principaltag/owner',
  'aws:principaltag/kubernetes-namespace',
  'aws:principaltag/kubernetes-namespaces',
  'aws:resourceaccount',
  'aws:resourceorgid',
  'aws:resourceorgpaths',
  'aws:resourcetag/team',
  'aws:requesttag/team',
  'aws:tagkeys',
  'aws:username',
  'aws:userid',
  'aws:tokenissuetime',
  'aws:federatedprovider',
  'aws:multifactorauthpresent',
  'aws:multifactorauthage',
  'aws:sourceidentity',
  'aws:assumedroot',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:viaawsservice',
  'aws:calledvia',
  'aws:calledviafirst',
  'aws:calledvialast',
  'aws:sourceip',
  'aws:vpcsourceip',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourcevpcarn',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpceorgpaths',
  'aws:ec2instancesourcevpc',
  'aws:ec2instancesourceprivateipv4',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourceowner',
  'aws:securetransport',
  'aws:useragent',
  'aws:referer',
  'aws:requestedregion',
  'aws:currenttime',
  'aws:epochtime',
  'aws:tomorrow',
  'ec2:roledelivery',
  'ec2:sourceinstancearn',
  'kms:viaservice',
  's3:prefix',
  's3:existingobjecttag/team',
  'ec2:resourcetag/team',
  'ec2:vpc',
  'oidc.example:sub',
  'oidc.example/id/1:aud',
];

test('each key of a pod’s request', () => {
  whole('keys', [Object.fromEntries(keys.map(key => [key, choiceOf(key)]))]);
  expect(keys.length).toBeGreaterThan(50);
});

describe('tags', () => {
  const set = (own: boolean, unset: boolean) => ({ ownTags: new Map([['team', { set: own, unset }]]) });

  test.each<[string, string, Partial<Session>, Partial<RequestTarget>, readonly string[]]>([
    ['of the role', 'aws:principaltag/team', {}, {}, ['yes | a | it is its tag']],
    ['that the role does not have', 'aws:principaltag/owner', {}, {}, ['no | it has no such tag']],
    [
      'that differ in case',
      'aws:principaltag/env',
      {},
      {},
      ['unknown | request-dependent | two tags differ only in case'],
    ],
    ['that the role may set', 'aws:principaltag/team', set(true, false), {}, ['any text']],
    ['that the role may set and take away', 'aws:principaltag/team', set(true, true), {}, ['any text or none']],
    [
      'that the role may take away',
      'aws:principaltag/team',
      set(false, true),
      {},
      ['yes | a | it is its tag', 'no | it is taken away'],
    ],
    ['that the role may not change', 'aws:principaltag/team', set(false, false), {}, ['yes | a | it is its tag']],
    [
      'that the role does not have and may set',
      'aws:principaltag/team',
      { tags: {}, ...set(true, false) },
      {},
      ['any text or none'],
    ],
    [
      'of a pod',
      'aws:principaltag/kubernetes-namespace',
      { hasPodTags: true },
      {},
      ['unknown | request-dependent | it depends on how the pod signed in'],
    ],
    [
      'of the role, where pods have some',
      'aws:principaltag/team',
      { hasPodTags: true },
      {},
      ['yes | a | it is its tag'],
    ],
    ['of any resource', 'aws:resourcetag/team', {}, {}, ['any text or none']],
    ['of a resource', 'aws:resourcetag/team', {}, { tags: { TEAM: 'b' } }, ['yes | b | it is its tag']],
    ['of a resource without it', 's3:existingobjecttag/team', {}, { tags: {} }, ['no | it has no such tag']],
    [
      'of the role as the resource',
      'iam:resourcetag/team',
      {},
      { isSelf: true, tags: {} },
      ['yes | a | it is its tag'],
    ],
    [
      'of the role as the resource, which it may set',
      'iam:resourcetag/team',
      set(true, false),
      { isSelf: true },
      ['any text'],
    ],
  ])('%s', (_title, name, over, target, expected) => expect(choiceOf(name, over, target)).toEqual(expected));
});

describe('keys of a request', () => {
  const passed = new Map([['iam:passedtoservice', valueOnly('ec2.amazonaws.com')]]);

  test.each<[string, string, Partial<Session>, Partial<RequestTarget>, readonly string[]]>([
    [
      'that it carries',
      'iam:passedtoservice',
      {},
      { action: 'iam:PassRole', keys: passed },
      ['yes | ec2.amazonaws.com | the request carries it'],
    ],
    [
      'that it does not carry',
      'iam:associatedresourcearn',
      {},
      { action: 'iam:PassRole', keys: passed },
      ['no | the request has no such key'],
    ],
    ['that the caller chooses', 'iam:associatedresourcearn', {}, { action: 'iam:PassRole' }, ['any text or none']],
    ['of another service', 'ec2:vpc', {}, { action: 'iam:PassRole' }, ['no | the request has no such key']],
    [
      'of another resource',
      's3:prefix',
      {},
      { lacks: name => name === 's3:prefix' },
      ['no | the request has no such key'],
    ],
    ['of this resource', 's3:prefix', {}, { lacks: name => name !== 's3:prefix' }, ['any text or none']],
    ['of a service in capitals', 's3:prefix', {}, { action: 'S3:GetObject' }, ['any text or none']],
    ['the region', 'aws:requestedregion', {}, {}, ['any text']],
    [
      'the region of IAM',
      'aws:requestedregion',
      {},
      { action: 'iam:GetRole' },
      ['yes | us-east-1 | iam has one endpoint'],
    ],
    [
      'the region of IAM in China',
      'aws:requestedregion',
      { partition: 'aws-cn' },
      { action: 'IAM:GetRole' },
      ['yes | cn-north-1 | iam has one endpoint'],
    ],
    [
      'the region of IAM in GovCloud',
      'aws:requestedregion',
      { partition: 'aws-us-gov' },
      { action: 'iam:GetRole' },
      ['yes | us-gov-west-1 | iam has one endpoint'],
    ],
    [
      'the region of IAM elsewhere',
      'aws:requestedregion',
      { partition: 'aws-iso' },
      { action: 'iam:GetRole' },
      ['unknown | request-dependent | it depends on where the request comes from'],
    ],
  ])('%s', (_title, name, over, target, expected) => expect(choiceOf(name, over, target)).toEqual(expected));
});
