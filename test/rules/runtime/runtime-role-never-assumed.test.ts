import { expect, test } from '@jest/globals';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { complete, notAskedFor, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import { podStaticCredentials } from '../../../lib/rules/pod/pod-static-credentials.ts';
import { runtimeRoleNeverAssumed } from '../../../lib/rules/runtime/runtime-role-never-assumed.ts';
import { aContainer, aPod, aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, aRole, someFacts } from '../../support/example-world.ts';
import { aGap, denied } from '../../support/in-cluster-world.ts';
import { reportedBy, verdictOf } from '../../support/verdict-of.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { run, window } from './worlds.ts';

const details = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });

const unused = { roles: complete([aRole({ detail: details })]) };

const running = (...names: readonly string[]) => ({
  clusters: complete([aReadCluster({ pods: complete(names.map(name => aPod({ name }))) })]),
});

run('runtime-role-never-assumed', [
  [
    'reports a role that running pods have and nobody used',
    someFacts({ ...running('a', 'b'), ...unused, ...window() }),
    ['medium neverAssumed'],
  ],
  [
    'is unknown for a window that was read in part',
    someFacts({
      ...running('a'),
      ...unused,
      runtime: {
        status: 'partial',
        value: { from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] },
        gaps: [aGap('cloudtrail:LookupEvents')],
      },
    }),
    ['unknown unread'],
  ],
  [
    'was not asked for where the last use of roles was not',
    someFacts({
      ...running('a'),
      roles: complete([aRole({ detail: notAskedFor('iam:GetAccountAuthorizationDetails') })]),
      ...window(),
    }),
    ['unknown not-asked-for'],
  ],
  [
    'is unknown where the inside of the cluster was not read',
    someFacts({
      clusters: complete([
        { cluster: aCluster(), kubernetes: unavailable(denied), podIdentity: complete([]), addons: complete([]) },
      ]),
      ...unused,
      ...window(),
    }),
    ['unknown unread'],
  ],
]);

test('how many pods run with a role nobody used does not change the message', () => {
  const data = (...names: readonly string[]) =>
    reportedBy('runtime-role-never-assumed', someFacts({ ...running(...names), ...unused, ...window() }))[0]?.[2];
  expect(data('a')).toEqual({ serviceAccounts: ['checkout/cart'], role: 'checkout-cart' });
  expect(data('a')).toEqual(data('a', 'b'));
});

test('a role that nobody used lies at the service account of its pods where all of them are known to have that one', () => {
  const placeOf = (pods: Parameters<typeof aReadCluster>[0], more: readonly ClusterSnapshot[] = []) =>
    verdictOf(
      runtimeRoleNeverAssumed,
      someFacts({ clusters: complete([aReadCluster(pods), ...more]), ...unused, ...window() }),
    ).findings.map(({ serviceAccount }) => serviceAccount);
  const other = aPod({ name: 'ledger-0', serviceAccount: 'ledger' });
  expect(placeOf({ pods: complete([aPod(), aPod({ name: 'b' })]) })).toEqual(['cart']);
  expect(placeOf({ pods: complete([aPod(), other]) })).toEqual([undefined]);
  expect(placeOf({ pods: complete([other, aPod()]) })).toEqual([undefined]);
  expect(placeOf({ pods: withGaps([aPod()], [aGap('list pods')]) })).toEqual([undefined]);
  const unread: ClusterSnapshot = { ...aReadCluster(), kubernetes: unavailable<KubernetesFacts>(denied) };
  expect(placeOf({ pods: complete([aPod()]) }, [unread])).toEqual([undefined]);
});

test('keys in the only pods that were read explain a role that nobody used, unless other pods may have it', () => {
  const container = aContainer({ awsVariables: [...aContainer().awsVariables, 'AWS_ACCESS_KEY_ID'] });
  const pods = [aPod({ containers: [container] })];
  const standsAlone = (of: Parameters<typeof aReadCluster>[0], more: readonly ClusterSnapshot[] = []) =>
    evaluate(someFacts({ clusters: complete([aReadCluster(of), ...more]), ...unused, ...window() }), {
      rules: [runtimeRoleNeverAssumed, podStaticCredentials],
    }).findings.some(({ ruleId }) => ruleId === 'runtime-role-never-assumed');
  expect(standsAlone({ pods: complete(pods) })).toBe(false);
  expect(standsAlone({ pods: withGaps(pods, [aGap('list pods')]) })).toBe(true);
  const unread: ClusterSnapshot = { ...aReadCluster(), kubernetes: unavailable<KubernetesFacts>(denied) };
  expect(standsAlone({ pods: complete(pods) }, [unread])).toBe(true);
});
