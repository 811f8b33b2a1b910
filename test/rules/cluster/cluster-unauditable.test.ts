import { complete, notAskedFor, unavailable, withGaps } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aClusterSnapshot, someFacts } from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { denied, ofStatus } from './worlds.ts';

says('cluster-unauditable', [
  ['active', () => someFacts(), []],
  ...['CREATING', 'DELETING', 'FAILED', 'PENDING'].map(
    status =>
      [
        status,
        () => someFacts({ clusters: ofStatus(status) }),
        [new RegExp(`^info: unsettled .*"status":"${status}"`)],
      ] as const,
  ),
  [
    'refused, but nobody asked',
    () => someFacts({ clusters: complete([aClusterSnapshot({ kubernetes: unavailable(denied) })]) }),
    [],
  ],
  [
    'refused',
    () =>
      someFacts({
        settings: { inCluster: true },
        clusters: complete([aClusterSnapshot({ kubernetes: unavailable(denied) })]),
      }),
    [/^info: denied .*"permission":"list pods in the API group \\"\\""/],
  ],
  [
    'one section refused',
    () =>
      someFacts({ settings: { inCluster: true }, clusters: complete([aReadCluster({ pods: unavailable(denied) })]) }),
    [/^info: denied .*"permission":"list pods in the API group \\"\\""/],
  ],
  [
    'the same refusal twice',
    () =>
      someFacts({
        settings: { inCluster: true },
        clusters: complete([aReadCluster({ pods: unavailable(denied), namespaces: unavailable(denied) })]),
      }),
    [/^info: denied .*"permission":"list pods in the API group \\"\\""/],
  ],
  [
    'two parts of one section refused, of which one has no permission, and a third that was not asked for',
    () =>
      someFacts({
        settings: { inCluster: true },
        clusters: complete([
          aReadCluster({
            pods: withGaps(
              [],
              [
                { what: 'pods of a', reason: denied },
                {
                  what: 'pods of b',
                  reason: { kind: 'unreachable', operation: 'list pods of b', message: 'ETIMEDOUT' },
                },
                { what: 'pods of c', reason: { kind: 'not-asked-for', operation: 'list pods of c', message: 'no' } },
              ],
            ),
          }),
        ]),
      }),
    [/^info: denied .*"permission":"list pods/, /^info: unread .*"operation":"list pods of b"/],
  ],
  [
    'a section that was not asked for',
    () =>
      someFacts({
        settings: { inCluster: true },
        clusters: complete([aReadCluster({ pods: notAskedFor('list pods') })]),
      }),
    [],
  ],
  [
    'no way there',
    () =>
      someFacts({
        settings: { inCluster: true },
        clusters: complete([
          aClusterSnapshot({
            kubernetes: unavailable({ kind: 'unreachable', operation: 'get /version', message: 'ETIMEDOUT' }),
          }),
        ]),
      }),
    [/^info: unread .*"operation":"get \/version"/],
  ],
  [
    'an action of EKS refused',
    () =>
      someFacts({
        settings: { inCluster: true },
        clusters: complete([
          aReadCluster(
            {},
            {
              podIdentity: unavailable({
                kind: 'denied',
                operation: 'eks:ListPodIdentityAssociations',
                permission: 'eks:ListPodIdentityAssociations',
                message: 'no',
              }),
            },
          ),
        ]),
      }),
    [/^info: denied .*"permission":"eks:ListPodIdentityAssociations"/],
  ],
]);
