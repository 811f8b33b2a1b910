import { describe, expect, test } from '@jest/globals';
import { isVersionBelow, sdksOf } from '../../../lib/facts/sdk-version.ts';
import type { AssumeEvents } from '../../../lib/model/runtime.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { calling, old, refusedOnce, trusting } from './worlds.ts';

describe('SDK versions', () => {
  test.each([
    ['1.9.9', '1.9.220', true],
    ['1.10.0', '1.9.220', false],
    ['3.3.659.1', '3.3.659.1', false],
    ['3.3.659', '3.3.659.1', true],
  ])('%s is compared with %s by number', (version, minimum, below) =>
    expect(isVersionBelow(version, minimum)).toBe(below),
  );

  test.each([
    ['aws-sdk-go/1.45.1 (go1.21.4; linux; amd64)', ['AWS SDK for Go v1 1.45.1']],
    ['aws-sdk-go-v2/1.36.3 ua/2.1 api/sts#1.33.17', ['AWS SDK for Go v2 1.36.3']],
    ['APN/1.0 Boto3/1.22.4 Python/3.7.10 Botocore/1.25.4', ['boto3 1.22.4', 'botocore 1.25.4']],
    ['aws-sdk-java/2.46.14 md/io#sync', ['AWS SDK for Java v2 2.46.14']],
    ['curl/8', []],
  ])('%s names its SDKs', (agent, expected) =>
    expect(sdksOf(agent).map(({ name, version }) => `${name} ${version}`)).toEqual(expected),
  );
});

describe('a refusal that nothing else explains', () => {
  const modern = 'aws-sdk-go-v2/1.36.3';
  const found = (over: Partial<AssumeEvents>) =>
    evaluate(calling({ ...refusedOnce, ...over }), { rules: catalog })
      .findings.filter(one => one.ruleId.startsWith('runtime-'))
      .map(({ ruleId, severity, explains }) => [ruleId, severity, explains.map(effect => effect.ruleId)]);

  test('is told under the SDK that is too old, as severe as it is', () =>
    expect(found({ userAgents: [old] })).toEqual([['runtime-sdk-unsupported', 'high', ['runtime-assume-failing']]]));

  test('comes back when the SDK was updated and calls are still refused', () =>
    expect(found({ userAgents: [modern] })).toEqual([['runtime-assume-failing', 'high', []]]));

  test('stays beside the old SDK where others are refused as well', () =>
    expect(found({ userAgents: [old, modern] })).toEqual([
      ['runtime-assume-failing', 'high', []],
      ['runtime-sdk-unsupported', 'medium', []],
    ]));

  test('stays beside the old SDK of calls that succeed', () =>
    expect(found({ successes: 1, userAgents: [old], workingAgents: [old] })).toEqual([
      ['runtime-assume-failing', 'high', []],
    ]));

  test('of a role that denies now is not the old SDK’s', () =>
    expect(
      evaluate(calling({ ...refusedOnce, userAgents: [old] }, trusting({ subject: 'system:serviceaccount:a:b' })), {
        rules: catalog,
      }).findings.flatMap(({ ruleId, messageId }) => (ruleId.startsWith('runtime-assume') ? [messageId] : [])),
    ).toEqual(['denied']));
});
