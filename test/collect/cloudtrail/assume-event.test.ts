import { describe, expect, test } from '@jest/globals';
import { parseAssumeEvent } from '../../../lib/collect/cloudtrail/assume-event.ts';
import { fc } from '../../support/properties.ts';

/** The shape of CloudTrail's documentation; names and ids are made up. */
const event = (over: object = {}): Record<string, unknown> => ({
  eventID: '11111111-2222-4333-8444-555555555555',
  eventName: 'AssumeRoleWithWebIdentity',
  eventTime: '2026-11-01T05:00:00Z',
  awsRegion: 'eu-west-1',
  userAgent: 'aws-sdk-go-v2/1.36.3 ua/2.1',
  userIdentity: {
    type: 'WebIdentityUser',
    userName: 'system:serviceaccount:checkout:cart',
    identityProvider: 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A',
  },
  requestParameters: { roleArn: 'arn:aws:iam::111122223333:role/checkout-cart', roleSessionName: '1' },
  responseElements: { credentials: { accessKeyId: 'ASIAX', sessionToken: 'SECRET' } },
  additionalEventData: { identityProviderConnectionVerificationMethod: 'IAMTrustStore' },
  ...over,
});
const parse = (over: object = {}) => parseAssumeEvent(JSON.stringify(event(over)));

describe('an event', () => {
  test('gives role, subject, provider, user agent and how the connection was verified', () => {
    expect(parse()).toEqual({
      eventId: '11111111-2222-4333-8444-555555555555',
      roleArn: 'arn:aws:iam::111122223333:role/checkout-cart',
      subject: 'system:serviceaccount:checkout:cart',
      providerArn: 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A',
      region: 'eu-west-1',
      at: '2026-11-01T05:00:00.000Z',
      userAgent: 'aws-sdk-go-v2/1.36.3 ua/2.1',
      verificationMethod: 'IAMTrustStore',
    });
  });

  test('of a failure keeps its own words, also without a message', () => {
    expect(
      parse({ errorCode: 'AccessDenied', errorMessage: 'An unknown error occurred', responseElements: null }),
    ).toMatchObject({ failure: { errorCode: 'AccessDenied', errorMessage: 'An unknown error occurred' } });
    expect(parse({ errorCode: 'AccessDenied' })).toMatchObject({ failure: { errorMessage: '' } });
  });

  test('takes role and subject from where else they stand', () => {
    const elsewhere = parse({
      requestParameters: null,
      userIdentity: null,
      resources: [
        { type: 'AWS::S3::Object', ARN: 'x' },
        { type: 'AWS::IAM::Role', ARN: 'arn:aws:iam::111122223333:role/r' },
      ],
      responseElements: { subjectFromWebIdentityToken: 'sub', provider: 'p' },
    });
    expect(elsewhere).toMatchObject({ roleArn: 'arn:aws:iam::111122223333:role/r', subject: 'sub', providerArn: 'p' });
  });

  test('keeps no credential', () => {
    expect(JSON.stringify(parse())).not.toContain('SECRET');
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '1'],
    ['another event', JSON.stringify(event({ eventName: 'AssumeRole' }))],
    ['no role', JSON.stringify(event({ requestParameters: {} }))],
    ['no time', JSON.stringify(event({ eventTime: 'today' }))],
  ])('%s is none', (_, json) => {
    expect(parseAssumeEvent(json)).toBeUndefined();
  });

  test('with hostile parts loses those parts alone, and has no control characters', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary', minLength: 1 }), (anything, agent) => {
        const parsed = parse({ userIdentity: anything, additionalEventData: anything, userAgent: agent });
        expect(parsed?.roleArn).toBe('arn:aws:iam::111122223333:role/checkout-cart');
        expect(parsed?.userAgent ?? '').not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
