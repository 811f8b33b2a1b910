import { describe, expect, test } from '@jest/globals';
import { complete, notAskedFor } from '../../lib/model/collected.ts';
import { combinedEdit } from '../../lib/plan/combine-edits.ts';
import { aProvider, aRole, exampleIssuer, someFacts } from '../support/example-world.ts';

const host = exampleIssuer.slice('https://'.length);
const policyOf = (subjects: readonly string[], audiences: readonly string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${host}:sub`]: subjects.map(name => `system:serviceaccount:checkout:${name}`),
            [`${host}:aud`]: audiences,
          },
        },
      },
    ],
  });
const before = policyOf(['cart'], ['sts.amazonaws.com']);
const subject = policyOf(['cart', 'pay'], ['sts.amazonaws.com']);

describe.each([
  ['its provider was read', complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })])],
  ['no provider was read', notAskedFor<never>('iam:ListOpenIDConnectProviders')],
])('two edits of one statement, where %s', (_, providers) => {
  const combined = (first: string, second: string): unknown =>
    JSON.parse(
      combinedEdit(before, [first, second], aRole({ trustPolicy: before }), someFacts({ providers })) ?? 'null',
    );

  test('are one where both add subjects', () => {
    const other = policyOf(['cart', 'ship'], ['sts.amazonaws.com']);
    expect(combined(subject, other)).toEqual(JSON.parse(policyOf(['cart', 'pay', 'ship'], ['sts.amazonaws.com'])));
  });

  test('stay two where the subject of one with the audience of the other would gain the role by neither', () => {
    expect(combined(subject, policyOf(['cart'], ['sts.amazonaws.com', 'vault']))).toBeNull();
  });
});
