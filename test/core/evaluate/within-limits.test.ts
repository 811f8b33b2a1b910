import { expect, test } from '@jest/globals';
import { evaluate } from '../../../lib/core/evaluate/evaluate.ts';
import { withinLimits } from '../../../lib/core/evaluate/within-limits.ts';
import { complete } from '../../../lib/core/model/collected.ts';
import { catalog } from '../../../lib/core/rules/catalog.ts';
import { aReadCluster } from '../../../lib/core/rules/example-cluster.ts';
import { aProvider, someFacts } from '../../../lib/core/rules/example-world.ts';
import { setThumbprints } from '../../../lib/core/steps/aws-steps.ts';

const withAudiences = (count: number) =>
  evaluate(
    someFacts({
      providers: complete([aProvider({ audiences: Array.from({ length: count }, (_, at) => `audience-${at}`) })]),
      clusters: complete([aReadCluster()]),
    }),
    { rules: catalog.filter(({ id }) => id === 'provider-audience-missing') },
  ).findings[0]?.fix;

test('an audience is added to a provider that has 99, and not to one that has 100: that is said', () => {
  expect(withAudiences(99)?.commands.join()).toContain('add-client-id-to-open-id-connect-provider');
  expect(withAudiences(100)?.commands).toEqual([]);
  expect(withAudiences(100)?.choice).toContain(
    'No command is given, because the provider has 100 audiences and takes 100 at most',
  );
});

test.each([5, 6])('a list of %d thumbprints is a command only where IAM takes it', count => {
  const list = Array.from({ length: count }, (_, at) => String(at).repeat(40));
  const fix = { summary: 'Set them.', steps: [setThumbprints(aProvider().arn, [], list)] };
  const failure = { messageId: 'm', data: {}, evidence: [], fix };
  const verdict = withinLimits({ outcome: 'fail', failures: [failure] }, someFacts());
  const [one] = verdict.outcome === 'fail' ? verdict.failures : [];
  expect(one?.fix.steps).toHaveLength(count > 5 ? 0 : 1);
  expect(one?.fix.choice ?? '').toContain(count > 5 ? 'takes 5 at most' : '');
});
