import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { verdicts } from '../../support/in-cluster-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { authority, entry, partlyRead, run } from './worlds.ts';

run('webhook-ca-mismatch', [
  [
    'reports another authority on the API server’s own host',
    entry({ caCertificates: complete([authority()]) }),
    ['medium otherAuthority'],
  ],
  [
    'does not apply elsewhere',
    entry({ url: 'https://webhook.example/mutate', caCertificates: complete([authority()]) }),
    [],
  ],
  [
    'is unknown while it is open whether anybody has a role',
    entry({ caCertificates: complete([authority()]) }, partlyRead),
    ['unknown unread'],
  ],
]);

test('one certificate of the cluster in the bundle is enough; else both authorities are told', () => {
  const [own] = aReadCluster().cluster.caCertificates;
  if (!own) throw new Error('got no authority of the cluster, want one');
  expect(verdicts('webhook-ca-mismatch', entry({ caCertificates: complete([authority(), own]) }))).toEqual([]);
  expect(verdicts('webhook-ca-mismatch', entry({ caCertificates: complete([own, authority()]) }))).toEqual([]);
  const rule = catalog.find(({ id }) => id === 'webhook-ca-mismatch');
  const [found] = rule ? verdictOf(rule, entry({ caCertificates: complete([authority()]) })).findings : [];
  expect(found?.evidence).toMatchObject([
    {
      what: 'clientConfig.caBundle',
      got: `CN=x (SHA-256 ${'d'.repeat(64)})`,
      wanted: `${own.subject} (SHA-256 ${own.sha256})`,
    },
  ]);
});
