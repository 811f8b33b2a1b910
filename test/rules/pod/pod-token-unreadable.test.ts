import { complete } from '../../../lib/model/collected.ts';
import { aContainer, aPod } from '../../support/example-cluster.ts';
import { withPods, worldOf } from '../../support/in-cluster-world.ts';
import { type Case, run } from './worlds.ts';

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
  ...(
    [
      [
        'no user is named by one of two',
        { runAsNonRoot: true },
        [{ runAsUser: 1000 }, { name: 'side' }],
        ['high closed'],
      ],
      ['two users', {}, [{ runAsUser: 1000 }, { name: 'side', runAsUser: 2000 }], ['high closed']],
      ['one user, who owns the file', { runAsUser: 1000 }, [{}, { name: 'side' }], []],
      ['two users and a group', { fsGroup: 1 }, [{ runAsUser: 1000 }, { name: 'side', runAsUser: 2000 }], []],
      ['two users who are root or not said', {}, [{ runAsUser: 0 }, { name: 'side' }], ['unknown unread']],
    ] as const
  ).map(
    ([of, pod, containers, wanted]): Case => [
      `a token of mode 0400: ${of}`,
      worldOf({
        ...withPods(
          aPod({
            ...pod,
            containers: containers.map(one => aContainer(one)),
            volumes: aPod().volumes.map(volume => ({ ...volume, mode: '0400' })),
          }),
        ),
        version: complete('v1.34.1'),
      }),
      wanted,
    ],
  ),
  [
    'two users read a token that all may read',
    worldOf({
      ...withPods(aPod({ containers: [aContainer({ runAsUser: 1 }), aContainer({ name: 'b', runAsUser: 2 })] })),
      version: complete('v1.34.1'),
    }),
    [],
  ],
  ...(
    [
      ['the first version in which the user of the container reads it', 'v1.19.0', { runAsUser: 1000 }, []],
      ['a pod of Windows', 'v1.18.9', { runAsUser: 1000, isWindows: true }, []],
      ['a group of files', 'v1.18.9', { runAsUser: 1000, fsGroup: 65534 }, []],
      ['root', 'v1.18.9', { runAsUser: 0 }, []],
      ['nobody said who runs it', 'v1.18.9', {}, ['unknown unread']],
      ['no root, without a number', 'v1.18.9', { runAsNonRoot: true }, ['low unreadable']],
      ['root may run it', 'v1.18.9', { runAsNonRoot: false }, ['unknown unread']],
      [
        'the container is root, in a pod that is not',
        'v1.18.9',
        { runAsUser: 1000, containers: [aContainer({ runAsUser: 0 })] },
        [],
      ],
      [
        'the container is not root, in a pod that is',
        'v1.18.9',
        { runAsUser: 0, containers: [aContainer({ runAsUser: 1000 })] },
        ['low unreadable'],
      ],
      [
        'the container may be root, in a pod that may not',
        'v1.18.9',
        { runAsNonRoot: true, containers: [aContainer({ runAsNonRoot: false })] },
        ['unknown unread'],
      ],
      [
        'a container that has no role',
        'v1.18.9',
        { runAsUser: 1000, containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })] },
        [],
      ],
    ] as const
  ).map(
    ([of, version, pod, wanted]): Case => [of, worldOf({ ...withPods(aPod(pod)), version: complete(version) }), wanted],
  ),
]);
