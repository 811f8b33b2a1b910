import { expect, test } from '@jest/globals';
import { choicesOf, notifyChoicesOf, settingsOf } from '../../lib/audit/choices-of.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { catalog } from '../../lib/rules/catalog.ts';

const read = (document: object) => parseConfiguration(JSON.stringify(document), 'test');
const waiver = { rule: 'role-unused', subject: '*', reason: 'known', owner: 'platform', expires: '2026-12-31' };
const said = {
  registeredIssuers: ['https://issuer.example.com'],
  inCluster: { enabled: true },
  unusedAfterDays: 30,
  trusted: { accounts: ['444455556666'] },
  allRoles: true,
  environments: { tag: 'stage' },
};

test('all that a configuration says is among the settings of the steps', () => {
  const { registeredIssuers, inCluster, unusedAfterDays, trusted, allRoles, environments } = read(said);
  expect(settingsOf(read(said))).toEqual({
    ...{ registeredIssuers, inCluster: inCluster.enabled, unusedAfterDays, trusted, allRoles, environments },
  });
  expect([registeredIssuers, inCluster.enabled, unusedAfterDays, allRoles, environments?.tag]).toEqual([
    ...[['https://issuer.example.com'], true, 30, true, 'stage'],
  ]);
});

test('one that says nothing asks for little', () => {
  const { trusted } = read({});
  expect(settingsOf(read({}))).toEqual({
    ...{ registeredIssuers: [], inCluster: false, unusedAfterDays: 90, trusted, allRoles: false },
  });
});

test('rules, waivers, the wanted severity and links', () => {
  const links = { report: 'https://example.com' };
  const configuration = read({ waivers: [waiver], rules: { 'role-unused': { severity: 'low' } }, minSeverity: 'high' });
  expect(choicesOf(configuration, links)).toEqual({
    ...{ settings: settingsOf(configuration), rules: catalog, overrides: configuration.rules },
    ...{ waivers: configuration.waivers, minSeverity: 'high', links, concurrency: 8 },
  });
  expect(notifyChoicesOf(configuration)).toEqual({ minSeverity: 'high', links: {} });
});
