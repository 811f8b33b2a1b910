import { complete } from '../../../lib/model/collected.ts';
import { tokenExpirationKey } from '../../../lib/model/irsa-annotation.ts';
import { aPod, aReadCluster, withoutServiceAccounts } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `pod-option-ignored` is known. */
export const examples: Examples = {
  pass: { title: 'an hour', facts: () => expiring('3600') },
  fail: { title: 'a minute', facts: () => expiring('60') },
  unknown: { title: 'service accounts may not be listed', facts: withoutServiceAccounts },
};

const expiring = (value: string) =>
  someFacts({
    clusters: complete([aReadCluster({ pods: complete([aPod({ annotations: { [tokenExpirationKey]: value } })]) })]),
  });
