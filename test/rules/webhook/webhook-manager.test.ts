import { expect, test } from '@jest/globals';
import { parseWebhook } from '../../../lib/collect/kubernetes/parse-webhook.ts';
import { complete } from '../../../lib/model/collected.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aReadCluster, aWebhook } from '../../support/example-cluster.ts';
import { aCluster, someFacts } from '../../support/example-world.ts';
import { barePod } from '../../support/in-cluster-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

test('who manages the webhook is read with it, and said before its patch is run', () => {
  const metadata = { name: 'pod-identity-webhook', managedFields: [{ manager: 'argocd-controller' }] };
  const managedBy = parseWebhook({ metadata, webhooks: [] })?.managedBy;
  expect(managedBy).toEqual({ tool: 'Argo CD' });
  const wrong = {
    ...aWebhook({ namespaceSelector: { matchLabels: { irsa: 'enabled' }, matchExpressions: [] } }),
    managedBy,
  };
  const facts = someFacts({
    clusters: complete([
      aReadCluster(
        { webhook: complete(wrong as ReturnType<typeof aWebhook>), pods: complete([barePod()]) },
        { cluster: aCluster({ certificateAuthority: 'LS0t' }) },
      ),
    ]),
  });
  const found = evaluate(facts, { rules: catalog }).findings.find(({ ruleId }) => ruleId === 'webhook-invalid');
  expect(found?.fix.choice).toContain('The webhook is managed by Argo CD');
});
