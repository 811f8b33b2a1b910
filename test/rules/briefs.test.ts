import { expect, test } from '@jest/globals';
import { briefs } from '../../lib/rules/briefs.generated.ts';
import { catalog } from '../../lib/rules/catalog.ts';

test('the few words that alerts have for a rule are those of the rule: npm run docs writes them', () => {
  expect(briefs).toEqual(Object.fromEntries(catalog.map(({ id, brief }) => [id, brief])));
});
