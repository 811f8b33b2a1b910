import { complete } from '../../../lib/model/collected.ts';
import { aPod } from '../../support/example-cluster.ts';
import { withPods, worldOf } from '../../support/in-cluster-world.ts';
import { run } from './worlds.ts';

run('pod-token-unreadable', [
  [
    'is unknown for a version of no known form',
    worldOf({ ...withPods(aPod({ runAsUser: 1000 })), version: complete('weird') }),
    ['unknown unread'],
  ],
  [
    'reports a container that is not root on an old version',
    worldOf({ ...withPods(aPod({ runAsUser: 1000 })), version: complete('v1.18.9') }),
    ['low unreadable'],
  ],
]);
