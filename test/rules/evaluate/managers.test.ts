import { expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import type { Provider } from '../../../lib/model/account.ts';
import { complete } from '../../../lib/model/collected.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aProvider, someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

/** A provider that a stack made, beside a cluster whose pods are read. */
const withProvider = (over: Parameters<typeof aProvider>[0]): Facts => {
  const provider = aProvider(over);
  if (provider.detail.status !== 'complete') throw new Error('no detail');
  const tags = { 'aws:cloudformation:stack-name': 'oidc' };
  const managed: Provider = { ...provider, detail: complete({ ...provider.detail.value, tags }) };
  return someFacts({ providers: complete([managed]), clusters: complete([aReadCluster()]) });
};

test.each<readonly [string, Facts]>([
  ['provider-audience-unexpected', withProvider({ audiences: ['sts.amazonaws.com', 'vault'] })],
  ['provider-audience-missing', withProvider({ audiences: ['vault'] })],
  ['provider-thumbprint-mismatch', withProvider({ thumbprints: ['ab'.repeat(20)] })],
])('the fix of %s says first that a stack manages the provider: its next run undoes a command', (ruleId, facts) => {
  const fixes = evaluate(facts, { rules: catalog })
    .findings.filter(each => each.ruleId === ruleId)
    .map(({ fix }) => fix);
  expect(fixes.length).toBeGreaterThan(0);
  for (const { choice, managers } of fixes) {
    expect(choice).toMatch(/^The provider is managed by CloudFormation \(oidc\): change it there/);
    expect(managers).toEqual([expect.objectContaining({ tool: 'CloudFormation', name: 'oidc' })]);
  }
});
