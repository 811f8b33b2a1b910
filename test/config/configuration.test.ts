import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { choicesOf } from '../../lib/audit/choices-of.ts';
import { ConfigurationInvalid, parseConfiguration } from '../../lib/config/configuration.ts';

const read = (document: unknown) => choicesOf(parseConfiguration(JSON.stringify(document), 'irsa-auditor.config.json'));
const waiver = { rule: 'trust-any-subject', subject: '*', reason: 'known', owner: 'platform', expires: '2026-12-31' };

describe('a configuration', () => {
  test('that says nothing is whole', () => {
    const configuration = parseConfiguration('{}', 'x');
    expect(configuration.accounts).toEqual({ from: 'self' });
    expect(configuration.minSeverity).toBe('low');
    expect(configuration.inCluster.enabled).toBe(false);
  });

  test('that ships is valid', () => {
    expect(() =>
      parseConfiguration(readFileSync('irsa-auditor.config.json', 'utf8'), 'irsa-auditor.config.json'),
    ).not.toThrow();
  });

  test('may waive and override what exists', () => {
    const choices = read({ waivers: [{ ...waiver, upTo: 'high' }], rules: { 'role-unused': { enabled: false } } });
    expect(choices.waivers[0]?.upTo).toBe('high');
    expect(choices.overrides['role-unused']?.enabled).toBe(false);
  });

  test.each([
    ['not JSON', '{', /^irsa-auditor\.config\.json is not JSON/],
    ['an unknown key', '{"schedul": {}}', /the document: .*schedul/],
    ['a bad severity', '{"minSeverity": "awful"}', /minSeverity: .*critical.*high.*medium.*low.*info/],
    [
      'eleven digits',
      '{"accounts": {"from": "list", "accountIds": ["11112222333"]}}',
      /accounts\.accountIds\.0: must be the 12 digits/,
    ],
    ['a bad region', '{"regions": ["europe"]}', /regions\.0: must be a region such as/],
    ['a bad rate', '{"schedule": {"expression": "daily"}}', /schedule\.expression: must be rate\(…\) or cron\(…\)/],
    ['an issuer without scheme', '{"registeredIssuers": ["oidc.example.com"]}', /registeredIssuers\.0/],
    ['a day that is none', JSON.stringify({ waivers: [{ ...waiver, expires: '2026-13-01' }] }), /waivers\.0\.expires/],
    [
      'an unknown rule in a waiver',
      JSON.stringify({ waivers: [{ ...waiver, rule: 'nope' }] }),
      /waivers\.0\.rule: got "nope", wanted the id of a rule/,
    ],
    ['an unknown rule in an override', '{"rules": {"nope": {"enabled": false}}}', /rules: got "nope"/],
    [
      'an unknown rule in a route',
      '{"notifications": [{"to": "slack", "secretName": "s", "when": {"rules": ["nope"]}}]}',
      /notifications\.0\.when\.rules: got "nope"/,
    ],
  ])('with %s is refused in one sentence with the key', (_name, text, message) => {
    const parse = () => choicesOf(parseConfiguration(text, 'irsa-auditor.config.json'));
    expect(parse).toThrow(ConfigurationInvalid);
    expect(parse).toThrow(message);
  });
});
