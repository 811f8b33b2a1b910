import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { articleSteps, impacts, severities } from '../../lib/model/finding.ts';
import { catalog, rulesByGroup } from '../../lib/rules/catalog.ts';
import { ruleGroups } from '../../scripts/layers.ts';
import { expectExamples } from '../support/example-contract.ts';

const ids = catalog.map(rule => rule.id);

describe('catalogue', () => {
  test('ids are unique and there are many', () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(50);
  });

  /** The files in the folders of the groups, as `group/name`; in the lists `rules.ts` the catalogue is made of them. */
  const files = ruleGroups.flatMap(group =>
    readdirSync(join('lib/rules', group))
      .filter(name => name.endsWith('.ts') && name !== 'rules.ts')
      .map(name => join(group, name.replace(/\.ts$/, ''))),
  );
  const rules = Object.entries(rulesByGroup).flatMap(([group, rules]) => rules.map(rule => join(group, rule.id)));

  test('every rule says in at most 26 characters what is wrong, for each of its messages', () => {
    for (const { id, says } of catalog)
      for (const [brief] of Object.values(says)) {
        expect([id, brief, brief.length <= 26]).toEqual([id, brief, true]);
        expect(brief).toMatch(/^\S.*[^\s.{}]$/);
      }
  });

  test('every folder of rules is a group, and every group has rules', () => {
    expect(Object.keys(rulesByGroup).sort()).toEqual([...ruleGroups].sort());
  });

  test('every rule of the catalogue is a file, and every file a rule or a part that is named after its rule', () => {
    expect(rules.filter(rule => !files.includes(rule))).toEqual([]);
    expect(files.filter(file => !rules.some(rule => file === rule || file.startsWith(`${rule}-`)))).toEqual([]);
  });

  test('every step of the article is automated by a rule', () => {
    expect([...new Set(catalog.flatMap(rule => rule.articleStep ?? []))].sort()).toEqual([...articleSteps].sort());
  });

  test('rules stand at the step of the article that they automate', () => {
    const stepOf = (id: string) => catalog.find(rule => rule.id === id)?.articleStep;
    const wanted = {
      'role-arn-format': ['service-account-role-arn-malformed', 'service-account-annotation-mistyped'],
      'provider-exists': [
        'cluster-provider-missing',
        'provider-url-mismatch',
        'service-account-role-account-lacks-provider',
      ],
      'provider-audience': ['provider-audience-missing', 'service-account-audience-refused'],
      'provider-thumbprint': [
        'provider-thumbprint-mismatch',
        'provider-thumbprint-not-root',
        'issuer-certificate-expiring',
        'issuer-certificate-untrusted',
      ],
      'role-trust-policy': [...ids.filter(id => id.startsWith('trust-')), 'service-account-role-not-trusting'],
      'webhook-configuration': ['webhook-missing', 'webhook-invalid'],
      'webhook-injection': ['pod-not-injected', 'pod-role-stale', 'pod-container-uncovered'],
      'supported-sdk': ['runtime-sdk-unsupported', 'runtime-role-never-assumed'],
    } satisfies Readonly<Record<(typeof articleSteps)[number], readonly string[]>>;
    for (const [step, rules] of Object.entries(wanted))
      expect(rules.map(id => [id, stepOf(id)])).toEqual(rules.map(id => [id, step]));
  });

  test.each(catalog.map(rule => [rule.id, rule] as const))('%s is described', (id, rule) => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)+$/);
    expect(impacts).toContain(rule.impact);
    expect(severities).toContain(rule.severity);
    expect(rule.fault).toMatch(/^[A-Z].{9,69}[^.]$/);
    expect(rule.fault).not.toBe(rule.title);
    for (const text of [rule.title, rule.why, rule.fix]) expect(text.length).toBeGreaterThan(10);
    expect(rule.references.length).toBeGreaterThan(0);
    expect(existsSync(`docs/rules/${id}.md`)).toBe(true);
  });
});

describe('examples', () => {
  test.each(catalog.map(rule => [rule.id, rule] as const))('%s behaves as its examples say', (_, rule) => {
    expectExamples(rule);
  });
});
