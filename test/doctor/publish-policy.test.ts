import { describe, expect, test } from '@jest/globals';
import { cloudWatchMay, type PolicyAnswer } from '../../lib/doctor/publish-policy.ts';

const own = '111122223333';
const topic = `arn:aws:sns:eu-west-1:${own}:a-operations`;
const alarmArns = `arn:aws:cloudwatch:eu-west-1:${own}:alarm:`;
const asked = { partition: 'aws', region: 'eu-west-1', accountId: own, alarms: ['a-run-failed', 'a-no-run'] };
const may = (...Statement: readonly unknown[]) =>
  cloudWatchMay(JSON.stringify({ Version: '2012-10-17', Statement }), {
    ...{ ...asked, action: 'sns:Publish', resourceArn: topic },
  });

const cloudWatch = { Service: 'cloudwatch.amazonaws.com' };
const allow = { Effect: 'Allow', Principal: cloudWatch, Action: 'sns:Publish', Resource: topic };
const deny = { Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: topic };
const { Principal: _allowed, ...allowNobody } = allow;
const { Principal: _denied, ...denyNobody } = deny;
const { Action: _action, ...denyNothing } = deny;
const { Resource: _resource, ...allowNowhere } = allow;
const noTls = { Bool: { 'aws:SecureTransport': 'false' } };

describe('what an Allow grants CloudWatch', () => {
  test.each<readonly [string, unknown, PolicyAnswer]>([
    ['the service', allow, 'allowed'],
    [
      'the service among others',
      { ...allow, Principal: { Service: ['x.amazonaws.com', cloudWatch.Service] } },
      'allowed',
    ],
    ['anybody', { ...allow, Principal: '*' }, 'allowed'],
    ['anybody of AWS', { ...allow, Principal: { AWS: '*' } }, 'allowed'],
    ['anybody of AWS in a list', { ...allow, Principal: { AWS: ['*'] } }, 'allowed'],
    ['another service', { ...allow, Principal: { Service: 's3.amazonaws.com' } }, 'not-allowed'],
    ['an account', { ...allow, Principal: { AWS: own } }, 'not-allowed'],
    [
      'the service under another name',
      { ...allow, Principal: { Service: 'cloudwatch.eu-west-1.amazonaws.com' } },
      'unknown',
    ],
    ['all but somebody', { ...allowNobody, NotPrincipal: { AWS: own } }, 'unknown'],
    ['the service and all but somebody', { ...allow, NotPrincipal: { AWS: own } }, 'unknown'],
    ['nobody that is named', allowNobody, 'unknown'],
    ['a principal that is no text', { ...allow, Principal: { Service: 1 } }, 'unknown'],
    ['an action in another case', { ...allow, Action: 'SNS:publish' }, 'allowed'],
    ['an action with a star', { ...allow, Action: 'sns:*ish' }, 'allowed'],
    ['an action with a question mark', { ...allow, Action: 'sns:Pub?ish' }, 'allowed'],
    ['all actions', { ...allow, Action: '*' }, 'allowed'],
    ['one action of several', { ...allow, Action: ['sns:Subscribe', 'sns:Publish'] }, 'allowed'],
    ['another action', { ...allow, Action: 'sns:Subscribe' }, 'not-allowed'],
    ['a wildcard in the service of an action', { ...allow, Action: 's*:Publish' }, 'unknown'],
    ['all but an action', { ...allow, Action: undefined, NotAction: 'sns:Subscribe' }, 'unknown'],
    ['all resources', { ...allow, Resource: '*' }, 'allowed'],
    ['resources by a pattern', { ...allow, Resource: 'arn:aws:sns:*:*:a-*' }, 'allowed'],
    ['another topic', { ...allow, Resource: `arn:aws:sns:eu-west-1:${own}:other` }, 'not-allowed'],
    ['a pattern across the parts of an ARN', { ...allow, Resource: 'arn:aws:sns:*' }, 'unknown'],
    ['a resource with a variable', { ...allow, Resource: `arn:aws:sns:eu-west-1:${own}:\${aws:username}` }, 'unknown'],
    ['all but a topic', { ...allowNowhere, NotResource: 'x' }, 'unknown'],
    ['no resource', allowNowhere, 'unknown'],
    ['an effect that is none', { ...allow, Effect: 'allow' }, 'unknown'],
    ['no statement', null, 'unknown'],
  ])('%s', (_title, statement, answer) => {
    expect(may(statement)).toBe(answer);
  });

  test.each<readonly [string, unknown, PolicyAnswer]>([
    ['the own account', { StringEquals: { 'aws:SourceAccount': own } }, 'allowed'],
    ['the own account of several', { StringEquals: { 'AWS:SourceAccount': ['999999999999', own] } }, 'allowed'],
    ['the own account by a pattern', { StringLike: { 'aws:SourceAccount': '1111*' } }, 'allowed'],
    ['the own account, whatever the case', { StringEqualsIgnoreCase: { 'aws:SourceAccount': own } }, 'allowed'],
    ['a pattern that is none', { StringEquals: { 'aws:SourceAccount': '*' } }, 'not-allowed'],
    ['another account', { StringEquals: { 'aws:SourceAccount': '999999999999' } }, 'not-allowed'],
    ['not the own account', { StringNotEquals: { 'aws:SourceAccount': own } }, 'unknown'],
    ['an account as an ARN', { ArnLike: { 'aws:SourceAccount': own } }, 'unknown'],
    ['an account as a number', { StringEquals: { 'aws:SourceAccount': Number(own) } }, 'unknown'],
    ['the account of a variable', { StringEquals: { 'aws:SourceAccount': '${aws:PrincipalAccount}' } }, 'unknown'],
    ['the own alarms', { ArnLike: { 'aws:SourceArn': `${alarmArns}*` } }, 'allowed'],
    ['the own alarms by prefix', { ArnEquals: { 'aws:SourceArn': `${alarmArns}a-*` } }, 'allowed'],
    ['the own alarms as text', { StringLike: { 'aws:SourceArn': `${alarmArns}*` } }, 'allowed'],
    [
      'each alarm by name',
      { StringEquals: { 'aws:SourceArn': asked.alarms.map(each => alarmArns + each) } },
      'allowed',
    ],
    ['one alarm alone', { StringEquals: { 'aws:SourceArn': `${alarmArns}a-no-run` } }, 'not-allowed'],
    [
      'alarms of another region',
      { ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:us-west-2:${own}:alarm:*` } },
      'not-allowed',
    ],
    [
      'alarms of another account',
      { ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:eu-west-1:1:alarm:*' } },
      'not-allowed',
    ],
    [
      'the own account and another region',
      {
        StringEquals: { 'aws:SourceAccount': own },
        ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:us-west-2:${own}:alarm:*` },
      },
      'not-allowed',
    ],
    ['an account that need not be there', { StringEqualsIfExists: { 'aws:SourceAccount': own } }, 'unknown'],
    ['any of several', { 'ForAnyValue:StringEquals': { 'aws:SourceAccount': own } }, 'unknown'],
    ['another key', { StringEquals: { 'aws:SourceOwner': own } }, 'unknown'],
    ['another operator', { Null: { 'aws:SourceAccount': 'false' } }, 'unknown'],
    ['an operator that is none', { Is: { 'aws:SourceAccount': own } }, 'unknown'],
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }, 'unknown'],
    ['no TLS', noTls, 'not-allowed'],
    ['what is no condition', 'x', 'unknown'],
    ['what is no test', { StringEquals: 'x' }, 'unknown'],
  ])('under a condition: %s', (_title, Condition, answer) => {
    expect(may({ ...allow, Condition })).toBe(answer);
  });

  test('each alarm may have an Allow of its own', () => {
    const only = (name: string) => ({ ...allow, Condition: { ArnLike: { 'aws:SourceArn': alarmArns + name } } });
    expect(may(only('a-no-run'))).toBe('not-allowed');
    expect(may(...asked.alarms.map(only))).toBe('allowed');
  });
});

describe('what a Deny beside the right Allow takes away', () => {
  test.each<readonly [string, unknown, PolicyAnswer]>([
    ['everything', deny, 'not-allowed'],
    ['anybody of AWS in a list', { ...deny, Principal: { AWS: ['*'] } }, 'not-allowed'],
    ['anybody and a service', { ...deny, Principal: { AWS: '*', Service: 'x.amazonaws.com' } }, 'not-allowed'],
    ['all but somebody', { ...denyNobody, NotPrincipal: { AWS: `arn:aws:iam::${own}:root` } }, 'unknown'],
    ['all but an action', { ...denyNothing, NotAction: 'sns:Subscribe' }, 'unknown'],
    ['an action with a star', { ...deny, Action: 'sns:*ish' }, 'not-allowed'],
    ['an action with a question mark', { ...deny, Action: 'sns:Pub?ish' }, 'not-allowed'],
    ['the own account', { ...deny, Condition: { StringEquals: { 'aws:SourceAccount': own } } }, 'not-allowed'],
    ['under another condition', { ...deny, Condition: { StringNotEquals: { 'aws:SourceAccount': own } } }, 'unknown'],
    ['all but a topic', { ...deny, Resource: undefined, NotResource: 'x' }, 'unknown'],
    ['another action', { ...deny, Action: ['sns:Subscribe', 'sns:Receive'] }, 'allowed'],
    ['another principal', { ...deny, Principal: { AWS: `arn:aws:iam::${own}:root` } }, 'allowed'],
    ['another service', { ...deny, Principal: { Service: ['events.amazonaws.com'] } }, 'allowed'],
    ['another topic', { ...deny, Resource: `${topic}-2` }, 'allowed'],
    ['requests without TLS', { ...deny, Condition: noTls }, 'allowed'],
    [
      'requests without TLS, as JSON has it',
      { ...deny, Condition: { Bool: { 'AWS:SecureTransport': [false] } } },
      'allowed',
    ],
    ['requests of no kind', { ...deny, Condition: { Bool: { 'aws:SecureTransport': [] } } }, 'unknown'],
    [
      'requests of an odd kind',
      { ...deny, Condition: { Bool: { 'aws:SecureTransport': { toString: 1 } } } },
      'unknown',
    ],
    ['requests with TLS', { ...deny, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }, 'unknown'],
  ])('%s', (_title, statement, answer) => {
    expect(may(allow, statement)).toBe(answer);
    expect(may(statement)).toBe('not-allowed');
  });
});

test.each(['', 'no', '3', '{}', '{"Statement":3}'])('what is no policy is unknown: %j', text => {
  expect(cloudWatchMay(text, { ...asked, action: 'sns:Publish', resourceArn: topic })).toBe('unknown');
});

test('no alarm, no answer', () => {
  const text = JSON.stringify({ Statement: [allow] });
  expect(cloudWatchMay(text, { ...asked, alarms: [], action: 'sns:Publish', resourceArn: topic })).toBe('unknown');
});
