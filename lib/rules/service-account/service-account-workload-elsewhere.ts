import {
  accountNamesOfPods,
  byItsChart,
  type Facts,
  namesakePods,
  noCredentials,
  podsElsewhere,
  podsOfServiceAccount,
  type ServiceAccountSubject,
  startedWithoutRole,
  withoutRoleBeside,
} from '../../facts.ts';
import { type Pod, readFailuresOf, roleNameOf, valueOr } from '../../model.ts';
import { daysBetween, phrase } from '../../text.ts';
import {
  decideBy,
  defineRule,
  eksGuide,
  failed,
  notApplicable,
  pass,
  unknown,
  unknownKindOf,
  type Verdict,
} from '../prelude.ts';
import { annotationEvidence, nameOfAccount, wellFormedRole } from './support/service-account-view.ts';

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
    started: [
      'started as another',
      'pods of service account {serviceAccount} have role {role}; those that they start run as {other}, without a role',
    ],
    namesake: [
      'workload runs as another',
      'service account {serviceAccount} has role {role} and no pods; {workload} runs as {other}, of the same name and without a role',
    ],
    unused: [
      'nothing runs as it',
      'service account {serviceAccount} has no pods, and role {role} was never used; the pods of its namespace run as others, without a role',
    ],
  },
  needs: ['service-accounts', 'pods'],
  why: 'Without serviceAccountName a pod runs as the namespace’s `default` and has no role, whatever another service account is annotated with. Told only where the annotated service account has no pods and a workload of exactly its name, or one of the same release whose name begins with it, runs as one without a role, or pods run as the account that a chart of its name made (<release>-<name>): an upgrade of a chart may move pods so, and eksctl makes an account that a chart does not use. A service account that a job uses now and then is no finding, unless its role was never used while it was annotated for a week, and no pod of its namespace has a role: then nothing runs as it. Told too for pods that pods with the role started as another account (executors of Spark), and for an account whose only namesake has the pods, where it lies in `default` or in a namespace without pods.',
  fix: 'Name the service account in the pod template.',
  references: [
    eksGuide('pod-configuration'),
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/',
    'docs/facts.md §D.3',
  ],
  check: (subject, facts, fail) => {
    const { kubernetes, serviceAccount } = subject;
    const role = wellFormedRole(subject);
    if (role === undefined || serviceAccount.name === 'default') return notApplicable;
    const [gap] = [...readFailuresOf(kubernetes.pods), ...readFailuresOf(kubernetes.serviceAccounts)];
    const found = foundElsewhere(subject, gap === undefined, facts);
    if (found === 'none') return pass;
    if (gap)
      return unknown(
        unknownKindOf(gap),
        `which pods run as ${nameOfAccount(subject)}: ${gap.operation}: ${gap.message}`,
      );
    const names = { serviceAccount: nameOfAccount(subject), role: roleNameOf(role) };
    const pods = `pods of cluster ${subject.cluster.name}`;
    if (found.how === 'unused') {
      const unused = fail
        .unused(names)
        .pieces(annotationEvidence(subject, role))
        .changing('spec.serviceAccountName of the pods', pods, phrase('{names}', { names: found.accounts }))
        .podError(noCredentials)
        .explains([{ ruleId: 'role-unused', subject: role }])
        .fix(
          `Set serviceAccountName: ${serviceAccount.name} in the template of the workload that is to have the role.`,
          `Which workload: nothing says it. ${byItsChart}`,
        );
      return found.accounts.length === 0 ? pass : ifNeverUsed(role, facts, failed(unused));
    }
    const [first] = found.pods;
    if (first === undefined) return pass;
    const workload = `${first.owner?.kind ?? 'Pod'} ${first.namespace}/${first.owner?.name ?? first.name}`;
    const other = `${first.namespace}/${first.serviceAccount}`;
    // Pods that others start have another name each time: a finding that names one would change with it.
    return (
      found.how === 'started' ? fail.started({ ...names, other }) : fail[found.how]({ ...names, workload, other })
    )
      .pieces(annotationEvidence(subject, role))
      .evidence(
        'spec.serviceAccountName of the pods',
        pods,
        accountNamesOfPods(found.pods).join(', '),
        serviceAccount.name,
      )
      .changing('pods', pods, phrase('{names}', { names: found.pods.map(({ name }) => name) }))
      .podError(noCredentials)
      .fix(...fixOf(found.how, subject, first));
  },
});

/** Where pods without a role run that were meant to have it: those pods, or the accounts of all pods of the namespace. */
type Elsewhere =
  | { readonly how: 'elsewhere' | 'started' | 'namesake'; readonly pods: readonly Pod[] }
  | { readonly how: 'unused'; readonly accounts: readonly string[] };

/** `none` where the pods that were read prove it. */
const foundElsewhere = (
  { kubernetes, serviceAccount }: ServiceAccountSubject,
  isRead: boolean,
  facts: Facts,
): Elsewhere | 'none' => {
  const started = startedWithoutRole(serviceAccount, kubernetes);
  if (started.length > 0) return { how: 'started', pods: started };
  if (podsOfServiceAccount(kubernetes, serviceAccount.namespace, serviceAccount.name).length > 0) return 'none';
  const named = podsElsewhere(serviceAccount, kubernetes);
  if (named.length > 0 || !isRead) return { how: 'elsewhere', pods: named };
  const namesakes = namesakePods(serviceAccount, kubernetes);
  if (namesakes.length > 0) return { how: 'namesake', pods: namesakes };
  const since = serviceAccount.annotatedAt ?? serviceAccount.createdAt;
  const isSettled = since !== undefined && daysBetween(since, facts.now) >= week;
  return { how: 'unused', accounts: isSettled ? withoutRoleBeside(serviceAccount, kubernetes) : [] };
};

/** Days in which a job that runs each week has run. */
const week = 7;

/** The verdict where IAM says that the role was never used. */
const ifNeverUsed = (roleArn: string, { snapshot }: Facts, verdict: Verdict): Verdict => {
  const detail = valueOr(snapshot.roles, []).find(({ arn }) => arn === roleArn)?.detail;
  const lastUse = `when ${roleArn} was last used (iam:GetAccountAuthorizationDetails)`;
  if (detail === undefined) return snapshot.roles.status === 'complete' ? pass : unknown('unread', lastUse);
  return decideBy(detail, lastUse, ({ lastUsedAt }) => (lastUsedAt === undefined ? verdict : pass));
};

const fixOf = (
  how: 'elsewhere' | 'started' | 'namesake',
  { serviceAccount: { name, namespace } }: ServiceAccountSubject,
  first: Pod,
): readonly [string, string] => {
  const where = `${first.owner?.kind ?? 'Pod'} ${first.owner?.name ?? first.name}`;
  switch (how) {
    case 'started':
      return [
        `Set service account ${name} for the pods that its pods start.`,
        'Whether they are to have the role. In Spark: spark.kubernetes.authenticate.executor.serviceAccountName, or executor.serviceAccount of a SparkApplication.',
      ];
    case 'namesake':
      return [
        `Make the annotation and the trust policy for ${first.namespace}/${name}, which has the pods, in place of ${namespace}/${name}.`,
        'Whether these pods are to have the role.',
      ];
    default:
      return [
        `Set serviceAccountName: ${name} in the template of ${where}.`,
        `Whether this workload is to have the role. ${byItsChart}`,
      ];
  }
};
