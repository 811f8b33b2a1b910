import { expect, test } from '@jest/globals';
import { briefs } from '../../../lib/core/rules/briefs.generated.ts';
import { catalog } from '../../../lib/core/rules/catalog.ts';

test('the few words that alerts have for a rule are those of the rule: npm run docs writes them', () => {
  expect(briefs).toEqual(Object.fromEntries(catalog.map(({ id, brief }) => [id, brief])));
});
