import { describe, expect, test } from '@jest/globals';
import { contextOfCluster, type KnownContext } from '../../../lib/cli/kubeconfig/cluster-context.ts';
import type { ClusterPlace } from '../../../lib/model/step.ts';

const server = 'https://ABC.gr7.eu-west-1.eks.amazonaws.com';
const elsewhere = 'https://127.0.0.1:6443';
const place = (parts: Partial<ClusterPlace>): ClusterPlace => ({ name: 'shop', ...parts });
const context = (parts: Partial<KnownContext> & Pick<KnownContext, 'server'>): KnownContext => ({
  name: 'prod',
  ...parts,
});

describe('a context points at a cluster', () => {
  test.each<readonly [title: string, context: KnownContext, cluster: ClusterPlace, leadsThere: boolean]>([
    ['by its address', context({ server }), place({ server }), true],
    ['by its address in other letters', context({ server: server.toLowerCase() }), place({ server }), true],
    ['by its address with a path', context({ server: `${server}/` }), place({ server }), true],
    ['not by another address', context({ server: elsewhere }), place({ server }), false],
    ['not by another port', context({ server: `${server}:8443` }), place({ server }), false],
    [
      'by its authority behind a tunnel',
      context({ server: elsewhere, authority: 'a' }),
      place({ server, authority: 'a' }),
      true,
    ],
    ['by its authority alone', context({ server: elsewhere, authority: 'a' }), place({ authority: 'a' }), true],
    [
      'not with another authority at its address',
      context({ server, authority: 'b' }),
      place({ server, authority: 'a' }),
      false,
    ],
    ['by its address where the context has no authority', context({ server }), place({ server, authority: 'a' }), true],
    [
      'by its address where its own authority is not known',
      context({ server, authority: 'a' }),
      place({ server }),
      true,
    ],
    ['not where nothing of it is known', context({ server }), place({}), false],
    ['not where neither address is one', context({ server: '' }), place({ server: '' }), false],
    ['not by its name alone', context({ server: elsewhere }), place({ server, context: 'prod' }), false],
  ])('%s', (_title, known, cluster, leadsThere) => {
    expect(contextOfCluster([known], cluster)).toBe(leadsThere ? 'prod' : undefined);
  });
});

test('of several contexts the one that the cluster was read through is taken, else the first that leads there', () => {
  const contexts = [
    context({ name: 'other', server: elsewhere }),
    ...['one', 'two'].map(name => context({ name, server })),
  ];
  expect(contextOfCluster(contexts, place({ server, context: 'two' }))).toBe('two');
  expect(contextOfCluster(contexts, place({ server, context: 'other' }))).toBe('one');
  expect(contextOfCluster(contexts, place({ server }))).toBe('one');
});
