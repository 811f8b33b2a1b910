import { complete } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy } from '../../support/example-world.ts';
import { refused, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { cart, plain, roleKey, run, volume } from './worlds.ts';

const audienceKey = 'eks.amazonaws.com/audience';

const asking = (audience: string, pod: Pod = aPod()) => ({
  serviceAccounts: complete([aServiceAccount({ annotations: { [roleKey]: cart, [audienceKey]: audience } })]),
  ...withPods(pod),
});

const accepting = (...audiences: readonly string[]) => ({ providers: complete([aProvider({ audiences })]) });

run('pod-audience-stale', [
  ['both accept the old one', worldOf(asking('team'), accepting('sts.amazonaws.com', 'team')), ['low stale']],
  ['the provider no longer lists it', worldOf(asking('team'), accepting('team')), ['medium stale']],
  [
    'the role no longer accepts it',
    worldOf(asking('team'), {
      ...accepting('sts.amazonaws.com', 'team'),
      roles: complete([aRole({ trustPolicy: aTrustPolicy().replace('"sts.amazonaws.com"', '"team"') })]),
    }),
    ['medium stale'],
  ],
  ['the annotation was removed', worldOf(withPods(volume('team'))), ['medium stale']],
  [
    'whether it is refused was not read of the provider',
    worldOf(asking('team'), { providers: refused }),
    ['low stale'],
  ],
  ['whether it is refused was not read of the role', worldOf(asking('team'), { roles: refused }), ['low stale']],
  ['the role does not exist', worldOf(asking('team'), { roles: complete([]) }), ['medium stale']],
  ['the same', worldOf(asking('team', volume('team'))), []],
  [
    'another volume is not the webhook’s',
    worldOf(withPods(aPod({ volumes: [...aPod().volumes, { name: 'vault', audience: 'vault', path: 'x' }] }))),
    [],
  ],
  ['an empty annotation is another rule’s', worldOf(asking('')), []],
  ['no role, no question', worldOf({ ...plain, ...withPods(volume('team')) }), []],
]);
