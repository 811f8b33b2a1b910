import { describe, expect, test } from '@jest/globals';
import { aCluster } from '../../support/example-world.ts';
import { refused, withoutIssuer, worldOf } from '../../support/in-cluster-world.ts';
import { elsewhere, fixOf, foreignAccount, ofForeignRole, run, withFleet } from './worlds.ts';

run('service-account-role-account-lacks-provider', [
  [
    'is unknown where the issuer is not known',
    worldOf({ ...elsewhere(), issuer: refused }, {}, withoutIssuer()),
    ['unknown unread'],
  ],
  [
    'does not apply to a cluster that is known by its kubeconfig alone',
    worldOf(elsewhere(), {}, { cluster: aCluster({ region: 'unknown' }) }),
    [],
  ],
  ['is unknown where the account is not audited', worldOf(elsewhere()), ['unknown not-asked-for']],
  [
    'is unknown where the account’s providers were refused',
    withFleet(worldOf(elsewhere()), foreignAccount(true, false)),
    ['unknown unread'],
  ],
  [
    'reports an account without the provider',
    withFleet(worldOf(elsewhere({ 'eks.amazonaws.com/audience': '' })), foreignAccount(true, true)),
    ['high missing'],
  ],
]);

describe('a provider in the role’s account', () => {
  const accounts = [{ accountId: '444455556666', rolesRead: true, providersRead: true }];
  const fix = (audience: string) =>
    fixOf(
      'service-account-role-account-lacks-provider',
      ofForeignRole({ 'eks.amazonaws.com/audience': audience }, { accounts }),
    );

  test.each([
    ['', 'sts.amazonaws.com'],
    ['team', 'team'],
  ])('is asked of its owner, and no command changes another account: audience %j', (audience, asked) => {
    expect(fix(audience)).toMatchObject({ commands: [], steps: [] });
    expect(fix(audience)?.summary).toMatch(/^Ask the owner of account 444455556666 /);
    expect(fix(audience)?.summary).toContain(`the audience ${asked},`);
  });
});
