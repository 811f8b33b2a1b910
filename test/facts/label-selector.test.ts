import { describe, expect, test } from '@jest/globals';
import {
  requirementText as requirementTextAlone,
  unmetRequirement as unmetRequirementAlone,
} from '../../lib/facts/label-selector.ts';
import { injectedParts as coverageOfAlone } from '../../lib/facts/pod-injection.ts';
import { aContainer } from '../support/example-cluster.ts';
import { recorded } from '../support/whole/whole.ts';

const requirementText = recorded('requirementText', requirementTextAlone);
const unmetRequirement = recorded('unmetRequirement', unmetRequirementAlone);
const coverageOf = recorded('coverageOf', coverageOfAlone);

describe('label selectors', () => {
  const unmet = (operator: string, values: readonly string[], labels: Readonly<Record<string, string>>) =>
    unmetRequirement({ matchLabels: {}, matchExpressions: [{ key: 'env', operator, values }] }, labels) !== undefined;
  test.each<[string, readonly string[], Readonly<Record<string, string>>, boolean]>([
    ['In', ['prod'], { env: 'prod' }, false],
    ['In', ['prod'], { env: 'test' }, true],
    ['In', ['prod'], {}, true],
    ['NotIn', ['prod'], { env: 'prod' }, true],
    ['NotIn', ['prod'], {}, false],
    ['Exists', [], { env: '' }, false],
    ['Exists', [], {}, true],
    ['DoesNotExist', [], {}, false],
    ['DoesNotExist', [], { env: '' }, true],
    ['Gt', ['1'], { env: '2' }, true],
  ])('%s %j leaves out %j: %s', (operator, values, labels, expected) => {
    expect(unmet(operator, values, labels)).toBe(expected);
  });
  test.each<[string, readonly string[], string]>([
    ['Exists', [], 'env Exists'],
    ['In', ['a', 'b'], 'env In (a, b)'],
  ])('%s %j in words', (operator, values, words) => {
    expect(requirementText({ key: 'env', operator, values })).toBe(words);
  });
});

test('a token file by reference is not taken to lie in the usual place', () => {
  const variables = ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'];
  expect(coverageOf(aContainer({ awsVariables: variables, irsaEnvironment: {}, mounts: {} }))).toBe('complete');
});
