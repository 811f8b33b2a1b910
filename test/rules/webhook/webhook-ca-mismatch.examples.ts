import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster, aWebhook } from '../../support/example-cluster.ts';
import { aCluster, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `webhook-ca-mismatch` is known. */
export const examples: Examples = {
  pass: { title: 'the cluster’s own authority', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: { title: 'another authority', facts: () => withBundle('d'.repeat(64)) },
  unknown: {
    title: 'the cluster’s authority was not read',
    facts: () => someFacts({ clusters: complete([aReadCluster({}, { cluster: aCluster({ caCertificates: [] }) })]) }),
  },
};

const withBundle = (sha256: string) =>
  someFacts({
    clusters: complete([
      aReadCluster({
        webhook: complete(
          aWebhook({
            caCertificates: complete([
              {
                subject: 'CN=other',
                sha256,
                notBefore: '2026-01-10T09:00:00.000Z',
                notAfter: '2036-01-08T09:00:00.000Z',
              },
            ]),
          }),
        ),
      }),
    ]),
  });
