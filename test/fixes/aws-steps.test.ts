import { describe, expect, test } from '@jest/globals';
import {
  addAudience,
  createProvider,
  deleteProvider,
  removeAudience,
  setThumbprints,
  setTrustPolicy,
} from '../../lib/fixes/aws-steps.ts';
import { posixCommands } from '../../lib/fixes/render-step.ts';
import { targetOfStep } from '../../lib/fixes/step.ts';
import { complete } from '../../lib/model/collected.ts';
import { argsOf } from '../support/step-options.ts';

const role = 'arn:aws:iam::111122223333:role/team/cart';
const provider = 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A';
const providerOf = (arn: string) => ({
  arn,
  detail: complete({ url: 'x', audiences: ['sts.amazonaws.com'], thumbprints: [], tags: {} }),
});
const guard = '[ "$(aws sts get-caller-identity --query Account --output text)" = 111122223333 ] && ';

describe('a step of aws', () => {
  test.each([
    [
      'a trust policy',
      setTrustPolicy(role, '{}', { Version: 'x' }),
      ['iam', 'update-assume-role-policy', '--role-name', 'cart', '--policy-document', '{"Version":"x"}'],
    ],
    [
      'a provider',
      createProvider(provider, ['sts.amazonaws.com', 'b']),
      [
        'iam',
        'create-open-id-connect-provider',
        '--url',
        'https://oidc.eks.eu-west-1.amazonaws.com/id/A',
        '--client-id-list',
        'sts.amazonaws.com',
        'b',
      ],
    ],
    [
      'thumbprints',
      setThumbprints(provider, [], ['a', 'b']),
      [
        'iam',
        'update-open-id-connect-provider-thumbprint',
        '--open-id-connect-provider-arn',
        provider,
        '--thumbprint-list',
        'a',
        'b',
      ],
    ],
    [
      'an audience',
      addAudience(provider, '-x'),
      [
        'iam',
        'add-client-id-to-open-id-connect-provider',
        '--open-id-connect-provider-arn',
        provider,
        '--client-id=-x',
      ],
    ],
    [
      'a deletion',
      deleteProvider(providerOf(provider)),
      ['iam', 'delete-open-id-connect-provider', '--open-id-connect-provider-arn', provider],
    ],
  ])('names its options as the AWS CLI does: %s', (_, step, args) => {
    expect(argsOf(step)).toEqual(args);
    expect(targetOfStep(step)).toEqual({ accountId: '111122223333' });
  });

  test.each(['file:///etc/passwd', 'fileb:///etc/passwd', 'https://example.com', 'FILE://x'])(
    'gives %s as JSON, which the AWS CLI does not expand',
    audience => {
      for (const step of [removeAudience(provider, audience), createProvider(provider, [audience])]) {
        expect(argsOf(step)[2]).toBe('--cli-input-json');
        expect(argsOf(step)).toHaveLength(4);
        expect(argsOf(step)[3]).toContain(JSON.stringify(audience));
      }
    },
  );

  test('gives a list with a value that looks like an option as JSON', () =>
    expect(argsOf(createProvider(provider, ['--url']))[2]).toBe('--cli-input-json'));

  test('of another partition names a region of it, and so does its guard', () => {
    const [command] = posixCommands([deleteProvider(providerOf(provider.replace('arn:aws:', 'arn:aws-cn:')))]);
    expect(command).toMatch(
      /^\[ "\$\(aws sts .* --region cn-north-1\)" = 111122223333 \] && aws iam .* --region cn-north-1$/,
    );
  });
});

describe('text for a shell', () => {
  const step = removeAudience(provider, "it's");
  test('stops where the credentials are of another account', () =>
    expect(posixCommands([step])[0]).toMatch(new RegExp(`^${guard.replaceAll(/[[\]"$()]/g, '\\$&')}aws iam remove-`)));

  test('names the profile in the guard too', () => {
    const [command = ''] = posixCommands([step], { profile: 'ops team' });
    expect(command.match(/--profile 'ops team'/g)).toHaveLength(2);
  });
});
