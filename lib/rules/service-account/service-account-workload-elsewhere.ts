import { podsOfServiceAccount } from '../../facts/pods-of-service-account.ts';
import { byItsChart, isElsewhere } from '../../facts/workload-elsewhere.ts';
import { roleNameOf } from '../../model/arn.ts';
import { readFailuresOf, valueOr } from '../../model/collected.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, notApplicable, pass, unknown, unknownKindOf } from '../define-rule.ts';
import { eksGuide } from '../references.ts';
import { annotationEvidence, nameOf, wellFormedRole } from './support/service-account-view.ts';

/** A template that forgets `serviceAccountName` runs as `default`: the annotation is right, and nobody has the role. */
export const serviceAccountWorkloadElsewhere = defineRule({
  id: 'service-account-workload-elsewhere',
  kind: 'service-account',
  impact: 'breaks',
  severity: 'low',
  shownAt: 'webhook-injection',
  title: 'Workloads run as the service account of their name',
  fault: 'A workload runs as another service account',
  says: {
    elsewhere: [
      'workload runs as another',
      'service account {serviceAccount} has role {role} and no pods; {workload} of the same name or release runs as {other}, without a role',
    ],
  },
  needs: ['service-accounts', 'pods'],
  why: 'Without serviceAccountName a pod runs as the namespace’s `default` and has no role, whatever another service account is annotated with. Told only where the annotated service account has no pods and a workload of exactly its name, or one of the same release whose name begins with it, runs as one without a role, or pods run as the account that a chart of its name made (<release>-<name>): an upgrade of a chart may move pods so, and eksctl makes an account that a chart does not use. A service account that a job uses now and then is no finding.',
  fix: 'Name the service account in the pod template.',
  references: [
    eksGuide('pod-configuration'),
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/',
    'docs/facts.md §D.3',
  ],
  check: (subject, _facts, fail) => {
    const { kubernetes, serviceAccount, cluster } = subject;
    const role = wellFormedRole(subject);
    if (role === undefined || serviceAccount.name === 'default') return notApplicable;
    if (podsOfServiceAccount(kubernetes, serviceAccount.namespace, serviceAccount.name).length > 0) return pass;
    const [gap] = [...readFailuresOf(kubernetes.pods), ...readFailuresOf(kubernetes.serviceAccounts)];
    if (gap)
      return unknown(unknownKindOf(gap), `which pods run as ${nameOf(subject)}: ${gap.operation}: ${gap.message}`);
    const found = valueOr(kubernetes.pods, []).filter(pod => isElsewhere(pod, serviceAccount, kubernetes));
    const [first] = found;
    if (first?.owner === undefined) return pass;
    return fail
      .elsewhere({
        serviceAccount: nameOf(subject),
        role: roleNameOf(role),
        workload: `${first.owner.kind} ${first.namespace}/${first.owner.name}`,
        other: `${first.namespace}/${first.serviceAccount}`,
      })
      .pieces(annotationEvidence(subject, role))
      .evidence(
        'spec.serviceAccountName of the pods',
        `pods of cluster ${cluster.name}`,
        first.serviceAccount,
        serviceAccount.name,
      )
      .changing('pods', `pods of cluster ${cluster.name}`, phrase('{names}', { names: found.map(({ name }) => name) }))
      .podError('Unable to locate credentials, or an error that names the node’s role')
      .fix(
        `Set serviceAccountName: ${serviceAccount.name} in the template of ${first.owner.kind} ${first.owner.name}.`,
        `Whether this workload is to have the role. ${byItsChart}`,
      );
  },
});
