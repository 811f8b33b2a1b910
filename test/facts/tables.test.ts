/** The tables of facts and rules, each as a whole: SDKs, add-ons, texts. */
import { expect, test } from '@jest/globals';
import { addonServiceAccounts } from '../../lib/facts/addon-service-accounts.ts';
import { meshContainers } from '../../lib/facts/mesh-containers.ts';
import { roleArnFaults, roleArnForm } from '../../lib/facts/role-arn-fault.ts';
import { isVersionBelow, podIdentityMinimum, sdksOf } from '../../lib/facts/sdk-version.ts';
import { booleanTexts, expirationBounds } from '../../lib/facts/webhook-options.ts';
import { knownAuthorities } from '../../lib/rules/oidc/served-chain.ts';
import { levelWords } from '../../lib/rules/reach/support/reach-findings.ts';
import { slipInWords } from '../../lib/rules/trust/statement/key-mismatch.ts';
import { faultSays } from '../../lib/rules/webhook/support/entry-fault.ts';
import { whole } from '../support/whole/whole.ts';

test('each SDK by its user agent, with the least versions that it needs', () => {
  const agents = [
    ...['aws-sdk-go-v2/1.30.0 os/linux', 'aws-sdk-go/1.23.12 (go1.20)', 'Boto3/1.9.219 Python/3.7 Botocore/1.12.219'],
    ...['Boto3/1.35.0 md/Botocore#1.35.0', 'aws-cli/1.16.231 Python/3.6', 'aws-cli/2.15.0 md/awscrt#0.19'],
    ...['aws-sdk-java/1.12.781 Linux', 'aws-sdk-java/2.10.10 Linux', 'aws-sdk-nodejs/2.524.0 linux'],
    ...[
      'aws-sdk-js/3.26.0 os/linux',
      'aws-sdk-ruby3/3.57.0 ruby/2.7',
      'aws-sdk-dotnet-coreclr/3.7.1',
      'aws-sdk-rust/1.0.0',
    ],
    ...['curl/8.0', 'app/1.0 aws-sdk-go/1.44.0', 'aws-sdk-java/3.0.0', 'aws-sdk-js/2.0.0', 'aws-sdk-nodejs/3.0.0'],
  ];
  const told = agents.map(agent => ({
    [agent]: sdksOf(agent).map(
      sdk => `${JSON.stringify(sdk)} for Pod Identity ${podIdentityMinimum(sdk) ?? 'not told'}`,
    ),
  }));
  whole('agents', told);
  expect(sdksOf('curl/8.0')).toEqual([]);
});

test.each([
  ['1.9.219', '1.9.220', true],
  ['1.9.220', '1.9.220', false],
  ['1.9.221', '1.9.220', false],
  ['1.10', '1.9.220', false],
  ['1.9', '1.9.220', true],
  ['1.9.220.1', '1.9.220', false],
  ['1.9.220-rc1', '1.9.220', false],
  ['2', '1.9.220', false],
  ['0.99.999', '1.9.220', true],
])('version %s is below %s: %s', (version, minimum, expected) => {
  expect(isVersionBelow(version, minimum)).toBe(expected);
});

test('add-ons, containers of meshes, options, authorities and texts', () => {
  const tables = {
    addonServiceAccounts,
    ...{ meshContainers, booleanTexts, expirationBounds, knownAuthorities, levelWords, slipInWords },
    faultSays: Object.fromEntries(Object.entries(faultSays).map(([id, texts]) => [id, [...texts]])),
    ...{ roleArnFaults, roleArnForm },
  };
  whole('tables', [tables]);
  expect([addonServiceAccounts.size, meshContainers.size]).not.toContain(0);
});
