import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `runtime-role-never-assumed` is known. */
export const examples: Examples = {
  pass: { title: 'IAM knows a last use', facts: () => used('2026-10-30T12:00:00Z') },
  fail: { title: 'pods run, nobody calls', facts: () => used(undefined) },
  unknown: {
    title: 'last use was not read',
    facts: () => ({ ...used(undefined), snapshot: { ...used(undefined).snapshot, roles: complete([aRole()]) } }),
  },
};

const used = (lastUsedAt: string | undefined) =>
  someFacts({
    clusters: complete([aReadCluster()]),
    roles: complete([
      aRole({
        detail: complete({
          attachedPolicyArns: [],
          isAdministrator: false,
          tags: {},
          ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
        }),
      }),
    ]),
    runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] }),
  });
