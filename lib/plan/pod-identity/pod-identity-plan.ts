/** The plan by which service accounts move from IRSA to EKS Pod Identity: agent, trust, association, restart. */

import {
  agentAddon,
  type Facts,
  podsOfServiceAccount,
  podsThatFollow,
  subjectsOfAccount,
  webhookSubjectId,
} from '../../facts.ts';
import { setTrustPolicy } from '../../fixes/aws-steps.ts';
import { createAddon, createAssociation } from '../../fixes/eks-steps.ts';
import { restartsOf } from '../../fixes/kubernetes-steps.ts';
import {
  type ClusterSnapshot,
  iamQuotas,
  type PodIdentityAssociation,
  type Role,
  readFailuresOf,
  roleArnKey,
  roleNameOf,
  type ServiceAccount,
  valueOr,
} from '../../model.ts';
import { decidePodIdentity, type Policy, podIdentityActions, subjectOf, trustPolicyOf } from '../../policy.ts';
import { withPodIdentity } from '../../rules/access/pod-identity-grant.ts';
import { holdOnNewPods } from '../../rules/evaluate/held-restarts.ts';
import { counted, given } from '../../text.ts';
import { stepsWithManagers } from '../move/exposures.ts';
import { noPlanParts, type Parts, type PlanScope, partsOf, wholePlan } from '../move/parts.ts';
import { inOrder } from '../order.ts';
import type { Plan, PlannedStep } from '../plan.ts';
import { callersOf } from './callers.ts';
import { accountObstacle, clusterObstacle, hasAgent, ownMeans } from './obstacles.ts';

/** Associations that a cluster has at most (Amazon EKS service quotas). */
const mostAssociations = 5000;

/** The plan for the clusters of one account. */
export const podIdentityPlan = (
  facts: Facts,
  clusters: readonly ClusterSnapshot[],
  scope: PlanScope = wholePlan,
): Plan => {
  const state: State = { policies: new Map() };
  const parts = partsOf(...clusters.map(cluster => clusterPart(cluster, facts, scope, state)));
  const waiting = choicesByRole(parts.steps);
  const trust = [...state.policies.values()].flatMap(({ role, text, accounts }): PlannedStep[] =>
    text === role.trustPolicy
      ? []
      : [
          {
            ...setTrustPolicy(role.arn, role.trustPolicy, JSON.parse(text)),
            findingIds: [],
            reason: `role ${role.name} trusts EKS Pod Identity for ${accounts.join(', ')}, which can assume it already`,
            ...given({ choice: waiting.get(role.arn) }),
          },
        ],
  );
  return {
    steps: stepsWithManagers(inOrder([...trust, ...parts.steps]), facts),
    fixed: [],
    left: [],
    notes: [...parts.notes, ...(parts.steps.length === 0 ? [] : afterwards)],
  };
};

/** The question of each role whose associations all wait for a person: without them its statement gives nothing. */
const choicesByRole = (steps: readonly PlannedStep[]): ReadonlyMap<string, string> => {
  const byRole = Map.groupBy(
    steps.filter(({ change }) => change.kind === 'association-created'),
    ({ change }) => (change.kind === 'association-created' ? change.association.roleArn : ''),
  );
  return new Map(
    [...byRole].flatMap(([arn, own]) => {
      const choices = own.flatMap(({ choice }) => choice ?? []);
      return choices.length === own.length ? [[arn, [...new Set(choices)].slice(0, 3).join(' ')] as const] : [];
    }),
  );
};

const afterwards = [
  {
    about: 'Afterwards',
    why: [
      'Check: irsa-auditor scan shows pods that did not get it (pod-identity-pods-without), and roles that refuse (pod-identity-role-not-trusting).',
      'The annotation stays as the way back until then; irsa-auditor fix --rule service-account-pod-identity-overrides takes it away.',
      'The old statement can go once no pod has the role by its token: irsa-auditor plan pod-identity --finish --cloud-trail.',
      'Not read: policies of buckets and keys that test keys of the issuer, which sessions of EKS Pod Identity do not have. --role-permissions reads those of the roles.',
    ].join('\n'),
  },
];

/** The policies as they become: several service accounts may share a role, and a plan sets a policy once. */
interface State {
  readonly policies: Map<string, { readonly role: Role; readonly text: string; readonly accounts: readonly string[] }>;
}

const clusterPart = (snapshot: ClusterSnapshot, facts: Facts, scope: PlanScope, state: State): Parts => {
  const { cluster, kubernetes, podIdentity } = snapshot;
  const about = `Cluster ${cluster.name}`;
  const refuse = (why: string): Parts => ({ steps: [], notes: [{ about, why }] });
  const obstacle = clusterObstacle(snapshot);
  if (obstacle !== undefined) return refuse(obstacle);
  const accounts = kubernetes.status === 'unavailable' ? kubernetes : kubernetes.value.serviceAccounts;
  const [gap] = [accounts, podIdentity].flatMap(readFailuresOf);
  if (gap !== undefined || kubernetes.status === 'unavailable')
    return refuse(
      `Not all of it was read (${gap?.operation}: ${gap?.message}): --in-cluster, or --context with its context.`,
    );
  const hold = holdOnNewPods(webhookSubjectId(cluster.arn), facts, subjectsOfAccount(facts));
  if (hold !== undefined) return refuse(`No step is given while its new pods get no role: ${hold.why}.`);
  const agent = hasAgent(snapshot);
  if (typeof agent === 'string') return refuse(`No step is given: ${agent}.`);
  const asked = valueOr(kubernetes.value.serviceAccounts, []).filter(
    ({ namespace, name, annotations: { [roleArnKey]: arn } }) =>
      arn !== undefined && scope.isRole(arn) && scope.isServiceAccount(namespace, name),
  );
  // Of a cluster that is refused no trust policy is changed either.
  const draft: State = { policies: new Map(state.policies) };
  const parts = partsOf(...asked.map(one => accountPart(one, snapshot, facts, draft)));
  const made = parts.steps.filter(({ change }) => change.kind === 'association-created').length;
  const there = valueOr(podIdentity, []).length;
  if (made + there > mostAssociations)
    return refuse(
      `It has ${counted(there, 'association')}, ${made} more were to be made, and a cluster takes ${mostAssociations}: name some with --service-account.`,
    );
  for (const [arn, policy] of draft.policies) state.policies.set(arn, policy);
  const install: readonly PlannedStep[] =
    agent || made === 0
      ? []
      : [
          {
            ...createAddon(cluster, agentAddon),
            findingIds: [],
            reason: `pods of ${cluster.name} ask the EKS Pod Identity Agent of their node`,
          },
        ];
  return { steps: [...install, ...parts.steps], notes: parts.notes };
};

const accountPart = (account: ServiceAccount, snapshot: ClusterSnapshot, facts: Facts, state: State): Parts => {
  const { cluster, podIdentity } = snapshot;
  const { namespace, name, annotations } = account;
  const about = `Service account ${namespace}/${name} of ${cluster.name}`;
  const refuse = (why: string): Parts => ({ steps: [], notes: [{ about, why }] });
  const roleArn = annotations[roleArnKey] ?? '';
  const there = valueOr(podIdentity, []).find(one => one.namespace === namespace && one.serviceAccount === name);
  if (there !== undefined) {
    const why = associationDifference(there, roleArn);
    return why === undefined ? noPlanParts : refuse(why);
  }
  const role = valueOr(facts.snapshot.roles, []).find(({ arn }) => arn === roleArn);
  if (role === undefined)
    return refuse(
      `Role ${roleArn} is of another account, or was not found: an association takes a role of account ${cluster.accountId}, and another one by targetRoleArn.`,
    );
  const own = ownMeans(account, role, snapshot);
  if (own !== undefined) return refuse(own);
  const parsed = trustPolicyOf(role);
  if (!parsed.ok) return refuse(`The trust policy of ${role.name} cannot be read: ${parsed.problem.message}`);
  const obstacle = accountObstacle(account, role, parsed.policy, snapshot, facts);
  if (obstacle !== undefined) return refuse(obstacle);
  const callers = callersOf(roleArn, subjectOf(namespace, name), facts);
  if (callers.kind === 'too-old')
    return refuse(`Its programs are too old: ${callers.why} (EKS User Guide, "Use pod identity with the AWS SDK").`);
  const fault = trusted(account, role, snapshot, facts, state);
  if (fault !== undefined) return refuse(fault);
  const questions = [
    ...(callers.kind === 'unknown'
      ? [`Confirm that its programs have an SDK with EKS Pod Identity: ${callers.why}.`]
      : []),
    ...(hasPods(account, snapshot)
      ? []
      : ['No pod of it runs now: confirm that its pods run on Linux nodes of EC2, not on Fargate or Windows.']),
  ];
  const choice = questions.length === 0 ? {} : { choice: questions.join(' ') };
  const step = {
    ...createAssociation(cluster, { namespace, serviceAccount: name, roleArn }),
    findingIds: [],
    reason: `service account ${namespace}/${name} has role ${roleNameOf(roleArn)} by EKS Pod Identity`,
    ...choice,
  };
  return withRestart(account, snapshot, step, roleArn);
};

const hasPods = ({ namespace, name }: ServiceAccount, { kubernetes }: ClusterSnapshot): boolean =>
  kubernetes.status !== 'unavailable' && podsOfServiceAccount(kubernetes.value, namespace, name).length > 0;

/** In what an association differs from the annotation beside it; undefined where it gives the same role, whole. */
export const associationDifference = (
  { roleArn, targetRoleArn, sessionPolicy }: PodIdentityAssociation,
  annotated: string,
): string | undefined => {
  if (roleArn !== annotated)
    return `It has an association with ${roleArn ?? 'a role that was not read'}, and its annotation names ${annotated}.`;
  if (targetRoleArn !== undefined)
    return `Its association takes ${annotated} to assume ${targetRoleArn}: its pods have the rights of that one, and with a token those of ${annotated}. Choose one of them.`;
  return sessionPolicy === undefined
    ? undefined
    : `Its association has a session policy, so that its pods may do less than with a token of ${annotated}: look at it by hand.`;
};

/** True where a policy certainly allows an association with session tags. */
export const allowsAssociation = (
  policy: Policy,
  role: Role,
  { arn, name, accountId }: ClusterSnapshot['cluster'],
  { namespace, serviceAccount, sessionTags }: Omit<PodIdentityAssociation, 'id'>,
  now: string,
): boolean => {
  const request = {
    ...{ roleArn: role.arn, clusterArn: arn, clusterName: name, accountId, namespace, serviceAccount },
    ...{ sessionTags: sessionTags !== false, now },
  };
  const actions = request.sessionTags ? podIdentityActions : podIdentityActions.slice(0, 1);
  return actions.every(action => decidePodIdentity(policy, request, action).decision === 'allow');
};

/** Takes the statement for a service account into the policy of its role, or says why not. */
const trusted = (
  account: ServiceAccount,
  role: Role,
  { cluster }: ClusterSnapshot,
  facts: Facts,
  state: State,
): string | undefined => {
  const { namespace, name } = account;
  const known = state.policies.get(role.arn) ?? { role, text: role.trustPolicy, accounts: [] };
  const allows = (text: string): boolean => {
    const parsed = trustPolicyOf({ trustPolicy: text });
    return parsed.ok && allowsAssociation(parsed.policy, role, cluster, { namespace, serviceAccount: name }, facts.now);
  };
  if (allows(known.text)) return undefined;
  const edited = withPodIdentity(known.text, cluster, { namespace, serviceAccount: name });
  const text = edited === undefined ? undefined : JSON.stringify(edited);
  if (text === undefined || !allows(text))
    return `No step is given: it is not proven that ${role.name} trusts EKS Pod Identity with a statement for it, for example because a Deny refuses it.`;
  const parsed = trustPolicyOf({ trustPolicy: text });
  const { trustPolicyLength: quota = iamQuotas.trustPolicyLength.least } = valueOr(facts.snapshot.quotas, {});
  if (parsed.ok && parsed.policy.length > quota)
    return `The trust policy of ${role.name} would have ${parsed.policy.length} characters, and the quota is ${quota}: raise the quota, or give the service account a role of its own.`;
  state.policies.set(role.arn, { role, text, accounts: [...known.accounts, `${namespace}/${name}`] });
  return undefined;
};

/** The association, and the restart of the pods that get it: pods get it when they are created. */
const withRestart = (
  { namespace, name }: ServiceAccount,
  { cluster, kubernetes }: ClusterSnapshot,
  step: PlannedStep,
  roleArn: string,
): Parts => {
  if (kubernetes.status === 'unavailable') return { steps: [step], notes: [] };
  const pods = podsThatFollow(podsOfServiceAccount(kubernetes.value, namespace, name), kubernetes.value);
  const restarts = restartsOf({ cluster, namespace }, pods);
  return {
    steps: [
      step,
      ...restarts.flatMap(({ owner, steps, choice }) =>
        steps.map(one => ({
          ...one,
          findingIds: [],
          roleArn,
          reason: `pods of ${owner.kind} ${owner.name} get EKS Pod Identity when they are created`,
          ...(choice === undefined && step.choice === undefined
            ? {}
            : { choice: [step.choice, choice].filter(Boolean).join(' ') }),
        })),
      ),
    ],
    notes: restarts
      .filter(({ steps, choice }) => steps.length === 0 && choice !== undefined)
      .map(({ owner, choice = '' }) => ({ about: `${owner.kind} ${owner.name} of ${namespace}`, why: choice })),
  };
};
