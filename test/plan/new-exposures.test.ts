import { expect, test } from '@jest/globals';
import type { Finding } from '../../lib/model/finding.ts';
import { newExposures } from '../../lib/plan/plan.ts';
import { aFinding, aRoleFinding, foldedOf } from '../support/drift-builders.ts';

const opened = aRoleFinding('cart');

test.each<readonly [string, readonly Finding[], Finding, boolean]>([
  ['critical', [], { ...opened, severity: 'critical' }, true],
  ['high', [], { ...opened, severity: 'high' }, true],
  ['medium', [], { ...opened, severity: 'medium' }, true],
  ['low', [], { ...opened, severity: 'low' }, false],
  ['of something that breaks and exposes nobody', [], { ...opened, impact: 'breaks' }, false],
  ['that was there before', [opened], opened, false],
  ['that was told with its cause before', [aFinding({ explains: [foldedOf(opened)] })], opened, false],
  ['of another subject than was told before', [aFinding({ explains: [foldedOf(aRoleFinding('pay'))] })], opened, true],
])('after a step, a finding %s', (_, before, after, isNew) => {
  expect(newExposures(before, [after])).toEqual(isNew ? [after] : []);
});
