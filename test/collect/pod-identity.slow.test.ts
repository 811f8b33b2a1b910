import { describe, expect, test } from '@jest/globals';
import { readPodIdentity as readPodIdentityAlone } from '../../lib/collect/pod-identity/read-pod-identity.ts';
import { anAccount, aWorldCluster } from '../../sandbox/world/build.ts';
import type { Fault, World } from '../../sandbox/world/world.ts';
import { withWorld } from '../support/sandbox-aws.ts';
import { recorded } from '../support/whole/whole.ts';

const readPodIdentity = recorded('readPodIdentity', readPodIdentityAlone);

const world = (count: number, faults: Fault[] = []): World => ({
  accounts: [
    anAccount('111122223333', 'a', {
      clusters: [
        aWorldCluster('shop', 'eu-west-1', undefined, {
          associations: Array.from({ length: count }, (_, index) => ({
            id: `a-${index}`,
            namespace: 'checkout',
            serviceAccount: `app-${index}`,
            roleArn: `arn:aws:iam::111122223333:role/app-${index}`,
          })),
        }),
      ],
    }),
  ],
  issuers: [],
  kubernetes: new Map(),
  faults,
});

const read = (of: World) => withWorld(of, ({ clients }) => readPodIdentity(clients.eks('eu-west-1'), 'shop'));

describe('Pod Identity associations', () => {
  test('are read over pages, each with its role', async () => {
    const section = await read(world(101));
    expect(section.status).toBe('complete');
    if (section.status === 'unavailable') throw new Error('read');
    expect(section.value).toHaveLength(101);
    expect(section.value[100]).toEqual({
      id: 'a-100',
      namespace: 'checkout',
      serviceAccount: 'app-100',
      roleArn: 'arn:aws:iam::111122223333:role/app-100',
      sessionTags: true,
    });
  });

  test('have their target role, their time, and whether their session tags are switched off', async () => {
    const of = world(1);
    const [association] = of.accounts[0]?.clusters[0]?.associations ?? [];
    if (association === undefined) throw new Error('no association');
    association.targetRoleArn = 'arn:aws:iam::444455556666:role/target';
    association.disableSessionTags = true;
    association.createdAt = '2026-02-01T10:00:00.000Z';
    expect(await read(of)).toMatchObject({
      status: 'complete',
      value: [
        {
          targetRoleArn: 'arn:aws:iam::444455556666:role/target',
          sessionTags: false,
          createdAt: '2026-02-01T10:00:00.000Z',
        },
      ],
    });
  });

  test('that may not be listed are unavailable, with the permission', async () => {
    const section = await read(world(1, [{ operation: 'eks:ListPodIdentityAssociations', kind: 'deny' }]));
    expect(section).toMatchObject({
      status: 'unavailable',
      reason: { kind: 'denied', operation: 'eks:ListPodIdentityAssociations' },
    });
  });

  test('that may not be described lack their roles, each with a gap', async () => {
    const section = await read(world(2, [{ operation: 'eks:DescribePodIdentityAssociation', kind: 'deny' }]));
    expect(section).toMatchObject({ status: 'partial', gaps: [{ what: 'a-0' }, { what: 'a-1' }] });
  });
});
