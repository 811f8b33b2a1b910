import { complete } from '../../../lib/model/collected.ts';
import { webhookReadFrom } from '../../../lib/rules/webhook/support/webhook-view.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `webhook-missing` is known. */
export const examples: Examples = {
  pass: { title: 'as EKS creates it', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: {
    title: 'deleted, though a service account has a role',
    facts: () =>
      someFacts({
        clusters: complete([
          aReadCluster({ webhook: complete(undefined), serviceAccounts: complete([aServiceAccount()]) }),
        ]),
      }),
  },
  unknown: {
    title: 'RBAC refuses to show it',
    facts: () =>
      someFacts({
        clusters: complete([
          aReadCluster({
            webhook: {
              status: 'unavailable',
              reason: { kind: 'denied', operation: webhookReadFrom, message: '403: forbidden' },
            },
          }),
        ]),
      }),
  },
};
