import { nodeRoleError } from '../../facts.ts';
import { valueOr, webhookName } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, notApplicable, pass, unknown, unknownFor } from '../prelude.ts';
import { restoreFix } from './support/restore-fix.ts';
import {
  accountsWithRole,
  explainsPodsOfCluster,
  explainsStop,
  injectedRecently,
  isOfEks,
  isUnused,
  useUnread,
  webhookReadFrom,
} from './support/webhook-view.ts';

/** Without the configuration the API server calls no webhook, and pods start without credentials, silently. */
export const webhookMissing = defineRule({
  id: 'webhook-missing',
  kind: 'webhook',
  impact: 'breaks',
  severity: 'critical',
  articleStep: 'webhook-configuration',
  title: 'The cluster has the pod identity webhook',
  fault: 'The cluster has no pod identity webhook',
  says: { missing: ['not found', 'cluster {cluster} has no pod identity webhook: new pods get no role'] },
  needs: ['webhook'],
  why: 'The API server injects roles only because this configuration tells it to call the webhook. If it is deleted, every new pod starts without its role and runs as its node’s role; nothing logs an error.',
  fix: 'Create it again with the cluster’s own certificate authority, then restart the pods that were created without it.',
  references: ['https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors', 'docs/facts.md §D.3, §D.5'],
  check: (subject, { now }, fail) => {
    const { kubernetes, cluster } = subject;
    if (valueOr(kubernetes.webhook, undefined) !== undefined) return pass;
    if (isUnused(subject)) return notApplicable;
    if (!kubernetes.nothingInjects && (!isOfEks(subject) || injectedRecently(subject, now)))
      return unknown(
        'ambiguous',
        `whether cluster ${cluster.name} has a webhook under another name than ${webhookName}`,
      );
    const open = useUnread(subject);
    if (open !== undefined) return unknownFor(open);
    return fail
      .missing({ cluster: cluster.name })
      .evidence(`MutatingWebhookConfiguration ${webhookName}`, webhookReadFrom, phrase('not found'))
      .changing(
        'service accounts with a role',
        `serviceaccounts of cluster ${cluster.name}`,
        phrase('{count}', { count: accountsWithRole(subject) }),
      )
      .podError(nodeRoleError)
      .explains([...explainsPodsOfCluster(subject), explainsStop(subject)])
      .fix(restoreFix(subject, false));
  },
});
