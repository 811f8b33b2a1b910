import { injectingEntry } from '../../facts/injecting-entry.ts';
import { valueOr } from '../../model/collected.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, notApplicable, pass, unknown, unknownFor } from '../define-rule.ts';
import { isOnLoopback } from './support/endpoint-faults.ts';
import { restoreFix } from './support/restore-fix.ts';
import { isUnused, nodeRoleError, useUnread, webhookEvidence } from './support/webhook-view.ts';

/** Certificates are compared, not texts: a bundle may be wrapped or ordered otherwise. */
export const webhookCaMismatch = defineRule({
  id: 'webhook-ca-mismatch',
  kind: 'webhook',
  group: 'webhook',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'webhook-configuration',
  title: 'The webhook’s CA is the cluster’s',
  says: {
    otherAuthority: [
      'caBundle of another CA',
      'the caBundle of the webhook of cluster {cluster} is not the cluster’s certificate authority',
    ],
  },
  needs: ['webhook'],
  docs: {
    why: 'The webhook of managed EKS serves a certificate of the cluster’s own certificate authority. With another caBundle the API server does not trust it, and pods start without credentials.',
    fix: 'Restore the configuration with the cluster’s certificate authority.',
    references: ['https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors', 'docs/facts.md §D.5'],
  },
  check: (subject, _facts, fail) => {
    const { cluster, kubernetes } = subject;
    const entry = injectingEntry(valueOr(kubernetes.webhook, undefined)?.webhooks ?? []);
    // Elsewhere than on the API server's own host its certificate may be of any authority.
    if (!isOnLoopback(entry?.url) || entry?.caCertificates.status !== 'complete' || isUnused(subject))
      return notApplicable;
    if (cluster.caCertificates.length === 0)
      return unknown('unread', `the certificate authority of cluster ${cluster.name}`);
    const own = new Set(cluster.caCertificates.map(certificate => certificate.sha256));
    const bundle = entry.caCertificates.value;
    if (bundle.some(certificate => own.has(certificate.sha256))) return pass;
    const shown = (list: typeof bundle) =>
      phrase('{authorities}', { authorities: list.map(({ subject: name, sha256 }) => `${name} (SHA-256 ${sha256})`) });
    const open = useUnread(subject);
    if (open !== undefined) return unknownFor(open);
    return fail
      .otherAuthority({ cluster: cluster.name })
      .pieces(webhookEvidence('clientConfig.caBundle', shown(bundle), shown(cluster.caCertificates)))
      .podError(nodeRoleError)
      .fix(restoreFix(subject, true));
  },
});
