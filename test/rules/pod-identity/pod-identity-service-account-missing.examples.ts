import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { anAssociation } from './example-association.ts';

/** Worlds in which the verdict of `pod-identity-service-account-missing` is known. */
export const examples: Examples = {
  pass: { title: 'the service account exists', facts: () => worldWith('cart') },
  fail: { title: 'the name has a letter too much', facts: () => worldWith('carts') },
  unknown: {
    title: 'when the association was made was not read',
    facts: () =>
      someFacts({
        clusters: complete([
          aReadCluster({}, { podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'carts' }]) }),
        ]),
      }),
  },
};

const worldWith = (serviceAccount: string) =>
  someFacts({ clusters: complete([aReadCluster({}, { podIdentity: complete([anAssociation({ serviceAccount })]) })]) });
