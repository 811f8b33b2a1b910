import { complete } from '../../../lib/model/collected.ts';
import { aPod, aReadCluster, aWebhook } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `webhook-invalid` is known. */
export const examples: Examples = {
  pass: { title: 'as EKS creates it', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: { title: 'no rule matches the creation of pods', facts: () => configured({ rules: [] }) },
  unknown: { title: 'a condition that asks who creates the pod', facts: () => askingWho() },
};

const configured = (over: Parameters<typeof aWebhook>[0]) =>
  someFacts({ clusters: complete([aReadCluster({ webhook: complete(aWebhook(over)) })]) });

const askingWho = () => {
  const matchConditions = [{ name: 'no-nodes', expression: '!("system:nodes" in request.userInfo.groups)' }];
  const conditions = { kind: 'undecided', condition: 'no-nodes' } as const;
  return someFacts({
    clusters: complete([
      aReadCluster({ webhook: complete(aWebhook({ matchConditions })), pods: complete([aPod({ conditions })]) }),
    ]),
  });
};
