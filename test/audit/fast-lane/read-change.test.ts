import { describe, expect, test } from '@jest/globals';
import { watchedEvents } from '../../../lib/audit/contract.ts';
import { readChange } from '../../../lib/audit/fast-lane/read-change.ts';
import { aCall, anApiEvent } from '../../support/api-events.ts';
import { fc } from '../../support/properties.ts';

const read = (over: Parameters<typeof anApiEvent>[0] = {}, detail: object = {}) =>
  readChange(JSON.stringify(anApiEvent(over, detail)));
const hostPath = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';

test('an event of IAM is read as who changed which role of which account, and when', () => {
  expect(read()).toEqual({
    eventId: 'f1b2c3d4-0000-4000-8000-000000000001',
    event: 'UpdateAssumeRolePolicy',
    at: '2026-11-25T10:15:02.000Z',
    accountId: '111122223333',
    actor: 'arn:aws:sts::111122223333:assumed-role/platform/kim',
    sourceIp: '198.51.100.7',
    thing: { kind: 'role', name: 'checkout-cart' },
  });
});

describe('what an event changed', () => {
  const provider = { kind: 'provider', hostPath };
  const arn = `arn:aws:iam::111122223333:oidc-provider/${hostPath}`;
  test.each([
    ['CreateRole', { roleName: 'a', assumeRolePolicyDocument: '{}' }, { kind: 'role', name: 'a' }],
    ['CreateOpenIDConnectProvider', { url: `https://${hostPath}` }, provider],
    ['CreateOpenIDConnectProvider', { url: hostPath }, provider],
    ['DeleteOpenIDConnectProvider', { openIDConnectProviderArn: arn }, provider],
    ['AddClientIDToOpenIDConnectProvider', { openIDConnectProviderArn: arn, clientID: 'x' }, provider],
    ['DeleteOpenIDConnectProvider', { openIDConnectProviderArn: 'arn:aws:iam::1:role/x' }, { kind: 'unnamed' }],
    ['DeleteRole', {}, { kind: 'unnamed' }],
    ['DeleteRole', undefined, { kind: 'unnamed' }],
  ])('%s %j', (eventName, requestParameters, thing) => {
    expect(read({}, { eventName, requestParameters })).toMatchObject({ thing });
  });

  test.each([
    ['DeleteCluster', { name: 'shop' }],
    ['CreateAddon', { clusterName: 'shop', addonName: 'vpc-cni' }],
    ['CreateAccessEntry', { name: 'shop', principalArn: 'arn:aws:iam::111122223333:role/x' }],
    ['UpdatePodIdentityAssociation', { clusterName: 'shop', name: 'another name' }],
  ])('%s %j: the cluster in the region of the event', (eventName, requestParameters) => {
    expect(readChange(JSON.stringify(aCall('aws.eks', eventName, requestParameters)))).toMatchObject({
      thing: { kind: 'cluster', region: 'eu-west-1', name: 'shop' },
    });
  });
});

test('every call of the table is read, and no other', () => {
  for (const { source, names } of watchedEvents)
    for (const name of names)
      expect(readChange(JSON.stringify(aCall(source, name, {})))).toMatchObject({ event: name });
  expect(read({}, { eventName: 'ListRoles' })).toBe('not-watched');
  expect(read({}, { eventName: 'CreateCluster' })).toBe('not-watched');
  expect(read({ source: 'aws.eks' })).toBe('not-watched');
});

describe('an event that is not believed', () => {
  test.each([
    ['another account in the record', {}, { recipientAccountId: '444455556666' }, 'other-account'],
    ['another account on the envelope', { account: '444455556666' }, {}, 'other-account'],
    ['a call that was refused', {}, { errorCode: 'AccessDenied' }, 'failed-call'],
    ['a call that failed in another way', {}, { errorCode: '' }, 'failed-call'],
    ['an account that is none', { account: '../../../etc' }, { recipientAccountId: '../../../etc' }, 'not-an-event'],
    ['an account that is a number', { account: 111122223333 }, {}, 'not-an-event'],
    ['another type of event', { 'detail-type': 'AWS Service Event via CloudTrail' }, {}, 'not-an-event'],
    ['no detail', { detail: null }, {}, 'not-an-event'],
    ['a detail that is text', { detail: 'x' }, {}, 'not-an-event'],
    ['a time that is none', {}, { eventTime: 'yesterday' }, 'not-an-event'],
    ['a region that is none', {}, { awsRegion: 'eu-west-1/../..' }, 'not-an-event'],
    ['no id', {}, { eventID: '' }, 'not-an-event'],
  ])('%s', (_name, over, detail, wanted) => {
    expect(read(over, detail)).toBe(wanted);
  });

  test.each(['', 'null', '[]', '{"detail":', '"text"', '1e999', '{"account":"111122223333"}'])('%j', body => {
    expect(readChange(body)).toBe('not-an-event');
  });

  test('an error code that is null is none', () => {
    expect(read({}, { errorCode: null })).toMatchObject({ event: 'UpdateAssumeRolePolicy' });
  });
});

describe('text of others', () => {
  const hostile = `\u001b[31m\n::error::\u202e${'x'.repeat(1_000_000)}`;

  test('a megabyte of it is cut and cleaned, and names nothing', () => {
    const change = read(
      {},
      {
        userIdentity: { arn: hostile },
        sourceIPAddress: hostile,
        eventID: hostile,
        requestParameters: { roleName: hostile },
      },
    );
    expect(JSON.stringify(change).length).toBeLessThan(3000);
    expect(JSON.stringify(change)).not.toMatch(/[\p{Cc}\p{Cf}]|::error/u);
    expect(change).toMatchObject({ thing: { kind: 'unnamed' } });
  });

  test.each([
    [{ type: 'Root' }, 'Root'],
    [{ invokedBy: 'cloudformation.amazonaws.com', type: 'AWSService' }, 'cloudformation.amazonaws.com'],
    [{ arn: 7, userName: 'kim' }, 'kim'],
    [{}, 'somebody unknown'],
    ['text', 'somebody unknown'],
    [null, 'somebody unknown'],
    [[], 'somebody unknown'],
  ])('an identity that is %j is told as %s', (userIdentity, actor) => {
    expect(read({}, { userIdentity })).toMatchObject({ actor });
  });

  test('whatever a body holds, it is an event or the reason why not, and the account is that of the envelope', () => {
    const any = fc.record({
      over: fc.record({ account: fc.anything(), source: fc.anything() }, { requiredKeys: [] }),
      detail: fc.record(
        {
          recipientAccountId: fc.oneof(fc.anything(), fc.constant('444455556666')),
          requestParameters: fc.anything(),
          userIdentity: fc.anything(),
          sourceIPAddress: fc.anything(),
          errorCode: fc.anything(),
          eventName: fc.anything(),
        },
        { requiredKeys: [] },
      ),
    });
    fc.assert(
      fc.property(any, ({ over, detail }) => {
        const event = anApiEvent(over as object, detail);
        const change = readChange(JSON.stringify(event, (_key, value) => (typeof value === 'bigint' ? 0 : value)));
        if (typeof change !== 'string') expect(change.accountId).toBe(event.account);
      }),
    );
    fc.assert(fc.property(fc.string(), body => expect(readChange(body)).toBe('not-an-event')));
  });
});
