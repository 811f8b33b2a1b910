import { associationsUnread } from '../../facts/dormant-annotation.ts';
import { unannotateServiceAccount } from '../../facts/kubectl.ts';
import { complete, notAskedFor, valueOr } from '../../model/collected.ts';
import { roleArnKey } from '../../model/irsa-annotation.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import { aReadCluster } from '../example-cluster.ts';
import { exampleAccountId, someFacts } from '../example-world.ts';
import { annotationEvidence, nameOf } from './support/service-account-view.ts';

/** The webhook gives new pods Pod Identity and not IRSA where both are set up (docs/facts.md §D.4). */
export const serviceAccountPodIdentityOverrides = defineRule({
  id: 'service-account-pod-identity-overrides',
  kind: 'service-account',
  group: 'service-account',
  impact: 'hygiene',
  severity: 'medium',
  shownAt: 'role-arn-format',
  title: 'Service accounts have a role by IRSA or by Pod Identity, not by both',
  needs: ['service-accounts', 'pod-identity'],
  docs: {
    why: 'A Pod Identity association takes precedence when a pod is made: new pods get its role, older ones keep the annotated one. The annotation says one role and pods have another.',
    fix: 'Decide for one of both and take the other away.',
    references: ['https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html', 'docs/facts.md §0.7, §D.4'],
  },
  check: subject => {
    if (!subject.roleArn) return notApplicable;
    const { serviceAccount, cluster } = subject;
    const { podIdentity } = subject.snapshot;
    const found = valueOr(podIdentity, []).find(
      one => one.namespace === serviceAccount.namespace && one.serviceAccount === serviceAccount.name,
    );
    if (!found)
      return associationsUnread(podIdentity).length === 0
        ? pass
        : unknown('unread', 'some Pod Identity associations of the cluster');
    const other = found.roleArn ?? 'a role that was not read';
    return fail({
      message: `service account ${nameOf(subject)} is annotated with ${subject.roleArn}, but new pods get ${found.roleArn === subject.roleArn ? 'it' : other} by the Pod Identity association ${found.id}`,
      evidence: [
        annotationEvidence(subject, subject.roleArn),
        { what: `association ${found.id}`, got: other, readFrom: 'eks:DescribePodIdentityAssociation' },
      ],
      fix: {
        summary: 'Keep what Pod Identity gives and take the annotation away, or delete the association.',
        commands: [unannotateServiceAccount(serviceAccount.namespace, serviceAccount.name, roleArnKey)],
        choice: `Which of both is meant. To keep IRSA instead: aws eks delete-pod-identity-association --cluster-name ${shellQuote(cluster.name)} --region ${shellQuote(cluster.region)} --association-id ${shellQuote(found.id)}`,
      },
    });
  },
  examples: {
    pass: { title: 'no association', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
    fail: {
      title: 'both are set up',
      facts: () => someFacts({ clusters: complete([aReadCluster({}, { podIdentity: complete([association]) })]) }),
    },
    unknown: {
      title: 'associations were not asked for',
      facts: () =>
        someFacts({
          clusters: complete([aReadCluster({}, { podIdentity: notAskedFor('eks:ListPodIdentityAssociations') })]),
        }),
    },
  },
});

const association = {
  id: 'a-0123456789abcdefg',
  namespace: 'checkout',
  serviceAccount: 'cart',
  roleArn: `arn:aws:iam::${exampleAccountId}:role/cart-by-pod-identity`,
};
