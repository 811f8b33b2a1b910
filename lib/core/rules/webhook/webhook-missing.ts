import { complete, valueOr } from '../../model/collected.ts';
import { webhookName } from '../../model/kubernetes.ts';
import { counted } from '../../text/counted.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { someFacts } from '../example-world.ts';
import {
  annotatedAccounts,
  explainsPods,
  isOfEks,
  isUnused,
  nodeRoleError,
  readFrom,
  restoreFix,
  useUnread,
} from './support/webhook-view.ts';

/** Without the configuration the API server asks nobody, and pods start without credentials, silently. */
export const webhookMissing = defineRule({
  id: 'webhook-missing',
  kind: 'webhook',
  group: 'webhook',
  impact: 'breaks',
  severity: 'critical',
  articleStep: 'webhook-configuration',
  title: 'The cluster has the pod identity webhook’s configuration',
  needs: ['webhook'],
  docs: {
    why: 'The API server injects roles only because this configuration tells it to ask the webhook. If it is deleted, every new pod starts without them and runs as its node’s role; nothing logs an error.',
    fix: 'Create it again with the cluster’s own certificate authority, then make the pods anew that were started meanwhile.',
    references: ['https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors', 'docs/facts.md §D.3, §D.5'],
  },
  check: subject => {
    const { kubernetes, cluster } = subject;
    if (valueOr(kubernetes.webhook, undefined) !== undefined) return pass;
    if (isUnused(subject)) return notApplicable;
    if (!isOfEks(subject))
      return unknown(
        'unread',
        `whether the webhook of cluster ${cluster.name}, which is not of EKS, stands under another name`,
      );
    const open = useUnread(subject);
    if (open !== undefined) return unknown('unread', open);
    const accounts = annotatedAccounts(subject).length;
    return fail({
      message: `cluster ${cluster.name} has no MutatingWebhookConfiguration ${webhookName}: new pods of its ${counted(accounts, 'annotated service account')} get no credentials`,
      evidence: [
        { what: `MutatingWebhookConfiguration ${webhookName}`, got: 'not found', wanted: 'present', readFrom },
      ],
      podError: nodeRoleError,
      fix: restoreFix(subject),
      explains: explainsPods(subject),
    });
  },
  examples: {
    pass: { title: 'as EKS makes it', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
    fail: {
      title: 'deleted, though an account wants a role',
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
                reason: { kind: 'denied', operation: readFrom, message: '403: forbidden' },
              },
            }),
          ]),
        }),
    },
  },
});
