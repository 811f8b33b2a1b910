/** Causes that no rule reports, since an audit cannot tell them from choices: a pod may be meant to have no role. */

import {
  associationMeantFor,
  associationOf,
  byItsChart,
  isCalledAfter,
  isPodElsewhere,
  noCredentials,
  podsOfServiceAccount,
  podsThatFollow,
  rolesMadeFor,
  rolesWithoutAssociation,
} from '../facts.ts';
import { createAssociation } from '../fixes/eks-steps.ts';
import { type KubernetesPlace, restartsOf, setServiceAccount } from '../fixes/kubernetes-steps.ts';
import {
  type Fix,
  type KubernetesFacts,
  ownerOrPod,
  type PodIdentityAssociation,
  type PodOwner,
  readFailuresOf,
  roleArnKey,
  type Step,
  skipContainersKey,
  skipWebhookLabel,
  valueOr,
} from '../model.ts';
import { subjectOf } from '../policy.ts';
import { renderFix } from '../rules/evaluate/render-failure.ts';
import { movedAssociation } from '../rules/pod-identity/support/moved-association.ts';
import { giveRole } from '../rules/service-account/support/give-role.ts';
import { listed } from '../text.ts';
import { askedByToken } from './why-by-token.ts';
import type { WhyContext } from './why-context.ts';
import { namesakeFix, namesakes } from './why-namesake.ts';
import { isSkippedWhole } from './why-pods.ts';
import type { WhyCause } from './why-reading.ts';

const placeOf = ({ target: { namespace }, snapshot: { cluster } }: WhyContext): Required<KubernetesPlace> => ({
  cluster,
  namespace,
});

const ownersOf = ({ pods }: WhyContext): readonly PodOwner[] => [
  ...new Map(pods.map(ownerOrPod).map(owner => [JSON.stringify(owner), owner])).values(),
];

/** The service account exists and names no role. */
export const noAnnotation = (context: WhyContext): WhyCause => {
  const { target, accountName = '', snapshot, pods } = context;
  const name = `${target.namespace}/${accountName}`;
  const others = annotatedBeside(context);
  const association = associationBeside(context);
  if (association !== undefined) return otherAssociation(context, association);
  const byToken = askedByToken(context);
  if (byToken !== undefined) return byToken;
  const meant = accountMeant(context);
  const runs =
    pods.length > 0 && accountName === 'default' ? '; a pod that names no service account runs as default' : '';
  return {
    message: `service account ${name} names no role: it has no annotation ${roleArnKey}${meant === undefined ? runs : `; ${meant} has one and no pods`}`,
    evidence: [
      {
        what: `annotation ${roleArnKey}`,
        got: 'not set',
        wanted: 'the ARN of a role',
        readFrom: `serviceaccounts of cluster ${snapshot.cluster.name}`,
      },
      ...(others.length === 0
        ? []
        : [
            {
              what: `service accounts of namespace ${target.namespace} with a role`,
              got: listed(others),
              readFrom: `serviceaccounts of cluster ${snapshot.cluster.name}`,
            },
          ]),
      ...namesakes(context),
      ...secretsEvidence(context),
    ],
    podError: pods.some(pod => pod.mountsSecretsStore)
      ? 'An IAM role must be associated with service account'
      : noCredentials,
    fix:
      meant !== undefined && accountName !== 'default'
        ? chartFix(context, meant)
        : accountName === 'default'
          ? otherAccountFix(context, others)
          : annotateFix(context),
  };
};

/** The association that was made for the service account under another name, or in another namespace. */
const associationBeside = ({ snapshot, target: { namespace }, accountName: name }: WhyContext) =>
  snapshot.kubernetes.status === 'unavailable' || name === undefined
    ? undefined
    : associationMeantFor({ namespace, name }, snapshot.kubernetes.value, snapshot);

const otherAssociation = (
  { target: { namespace }, accountName = '', snapshot: { cluster } }: WhyContext,
  association: PodIdentityAssociation,
): WhyCause => {
  const name = `${namespace}/${accountName}`;
  const named = `${association.namespace}/${association.serviceAccount}`;
  return {
    message: `service account ${name} has no role: the Pod Identity association is for ${named}, which does not exist`,
    evidence: [
      { what: `association ${association.id}`, got: named, wanted: name, readFrom: 'eks:ListPodIdentityAssociations' },
    ],
    podError: noCredentials,
    fix: renderFix(movedAssociation(cluster, association, { namespace, name: accountName })),
  };
};

/** A volume of the secrets driver: it reads secrets of AWS with the role of the pod's service account. */
const secretsEvidence = ({ pods, snapshot }: WhyContext): WhyCause['evidence'] =>
  pods.some(pod => pod.mountsSecretsStore)
    ? [
        {
          what: 'volume of secrets-store.csi.k8s.io',
          got: 'its provider for AWS uses the role of this service account, and not that of the driver',
          readFrom: `pods of cluster ${snapshot.cluster.name}`,
        },
      ]
    : [];

/** Names of the other service accounts of the namespace that have a role, by the annotation or by an association. */
const annotatedBeside = ({ snapshot, target }: WhyContext): readonly string[] =>
  snapshot.kubernetes.status === 'unavailable'
    ? []
    : valueOr(snapshot.kubernetes.value.serviceAccounts, [])
        .filter(
          one =>
            one.namespace === target.namespace &&
            (one.annotations[roleArnKey] || associationOf(snapshot, one.namespace, one.name)),
        )
        .map(({ name }) => name);

/** No command: a template that names another account leaves the rights of the chart's own one behind. */
const chartFix = (context: WhyContext, meant: string): Fix => ({
  summary: otherAccountFix(context, [meant]).summary,
  commands: [],
  choice: `Whether the pods are to have the role of ${meant}. ${byItsChart}`,
});

/** The annotated service account without pods that the workload was meant to run as, by its name. */
const accountMeant = ({ snapshot: { kubernetes }, target: { namespace }, pods }: WhyContext): string | undefined => {
  if (kubernetes.status === 'unavailable') return undefined;
  const { value } = kubernetes;
  const [meant, ...others] = valueOr(value.serviceAccounts, []).filter(
    one =>
      one.namespace === namespace &&
      one.annotations[roleArnKey] &&
      podsOfServiceAccount(value, namespace, one.name).length === 0 &&
      pods.some(pod => isPodElsewhere(pod, one, value)),
  );
  if (readFailuresOf(value.pods).length > 0 || others.length > 0) return undefined;
  return meant?.name ?? idleBeside(value, namespace);
};

/** The only service account of the namespace with a role, where no pod runs as it. */
const idleBeside = (kubernetes: KubernetesFacts, namespace: string): string | undefined => {
  const [only, ...more] = valueOr(kubernetes.serviceAccounts, []).filter(
    one => one.namespace === namespace && one.annotations[roleArnKey],
  );
  const isIdle = only !== undefined && podsOfServiceAccount(kubernetes, namespace, only.name).length === 0;
  return more.length === 0 && isIdle ? only.name : undefined;
};

/** A role on `default` would be a role for whatever is started in the namespace: another service account is named. */
const otherAccountFix = (context: WhyContext, others: readonly string[]): Fix => {
  const [owner, ...owners] = ownersOf(context);
  const where = owner === undefined || owners.length > 0 ? 'the pods' : `${owner.kind} ${owner.name}`;
  const [other, ...more] = others;
  if (other === undefined || more.length > 0 || owner === undefined || owners.length > 0)
    return {
      summary: `Name a service account with a role in the template of ${where}.`,
      commands: [],
      choice:
        others.length === 0
          ? 'Which role: no service account of the namespace has one.'
          : `Which one: ${listed(others)}.`,
    };
  const step = setServiceAccount(placeOf(context), owner, context.accountName ?? 'default', other);
  return context.holdRestarts(
    renderFix({
      summary: `Name service account ${other} in the template of ${where}.`,
      steps: step === undefined ? [] : [step],
      choice: `Whether the pods are to have the role of ${other}.`,
    }),
  );
};

const annotateFix = (context: WhyContext): Fix => {
  const { target, accountName = '', snapshot, holdRestarts } = context;
  const account = { snapshot, namespace: target.namespace, name: accountName };
  const roles = rolesThatTrust(context);
  const byAssociation = roles.length > 0 ? undefined : associationFix(context);
  if (byAssociation !== undefined) return byAssociation;
  const fix = (roles.length > 0 ? undefined : namesakeFix(context)) ?? giveRole(account, roles);
  const more = restarts(context);
  const { steps = [] } = fix;
  if (steps.length === 0 || more.length === 0) return renderFix(fix);
  return holdRestarts(renderFix({ ...fix, steps: [...steps, ...more] }));
};

/** The one role for Pod Identity that is called after the service account, and that no association of the clusters that were read
 *  names: its association was left out. Undefined where there is none, or several. */
const associationFix = ({ facts, target: { namespace }, accountName = '', snapshot }: WhyContext): Fix | undefined => {
  const [role, ...more] = rolesWithoutAssociation(facts).filter(one => isCalledAfter(one, accountName));
  if (role === undefined || more.length > 0) return undefined;
  return renderFix({
    summary: `Create the Pod Identity association of ${namespace}/${accountName} with role ${role.name}, then restart the pods.`,
    steps: [createAssociation(snapshot.cluster, { namespace, serviceAccount: accountName, roleArn: role.arn })],
    choice: `Whether ${role.name} is its role: it trusts EKS Pod Identity, and no association that was read names it. For IRSA a role has to trust the service account, which names it in its annotation.`,
  });
};

const restarts = (context: WhyContext): readonly Step[] => {
  const { kubernetes } = context.snapshot;
  const following = kubernetes.status === 'unavailable' ? [] : podsThatFollow(context.pods, kubernetes.value);
  return restartsOf(placeOf(context), following).flatMap(({ steps }) => steps);
};

/** ARNs of the roles that were made for this service account. */
const rolesThatTrust = ({ facts, issuer, target, accountName = '', audience }: WhyContext): readonly string[] =>
  issuer === undefined
    ? []
    : rolesMadeFor({ subject: subjectOf(target.namespace, accountName), audience, issuer }, facts);

/** The pod names a service account that does not exist. */
export const serviceAccountAbsent = ({ target, accountName = '', snapshot }: WhyContext): WhyCause => {
  const name = `${target.namespace}/${accountName}`;
  return {
    message: `service account ${name} does not exist: no token of it can be made or renewed`,
    evidence: [
      {
        what: `service account ${name}`,
        got: 'not found',
        readFrom: `serviceaccounts of cluster ${snapshot.cluster.name}`,
      },
    ],
    fix: {
      summary: `Create service account ${name} with its role, or name another one in the pod template, then restart the pods.`,
      commands: [],
      choice: 'Which service account the pods are to have.',
    },
  };
};

/** The pod has nothing of IRSA, and the webhook was told to leave it alone. */
export const optedOut = (context: WhyContext): WhyCause => {
  const [labelled] = context.pods.filter(pod => pod.labels[skipWebhookLabel] !== undefined);
  const what = `label ${skipWebhookLabel}`;
  return labelled === undefined
    ? leftOut(context, {
        message: `the webhook leaves ${namesOf(context.pods)} out: its selectors do not select the pod`,
        evidence: { what: 'variables of IRSA', got: 'none' },
        summary: 'Change the labels in the pod template so that the webhook selects it, then restart the pods.',
      })
    : leftOut(context, {
        message: `${namesOf(context.pods)} opts out of the webhook by the ${what}`,
        evidence: { what, got: labelled.labels[skipWebhookLabel] || 'set', wanted: 'not set' },
        summary: `Remove the ${what} from the pod template, then restart the pods.`,
      });
};

/** The webhook was told to leave out every container that the pod runs. */
export const skippedWhole = (context: WhyContext): WhyCause => {
  const found = context.pods.filter(isSkippedWhole);
  const got = found[0]?.annotations[skipContainersKey] ?? '';
  return leftOut(context, {
    message: `no container of ${namesOf(found)} has a role: ${skipContainersKey} names all of them`,
    evidence: { what: `annotation ${skipContainersKey}`, got, wanted: 'without the container that calls AWS' },
    summary: `Remove the container that calls AWS from ${skipContainersKey} in the pod template, then restart the pods.`,
  });
};

const namesOf = (pods: WhyContext['pods']): string =>
  listed(
    pods.map(({ name }) => name),
    3,
  );

/** The cause of a pod whose template keeps the webhook off. */
const leftOut = (
  { snapshot }: WhyContext,
  told: {
    readonly message: string;
    readonly evidence: Omit<WhyCause['evidence'][number], 'readFrom'>;
    readonly summary: string;
  },
): WhyCause => ({
  message: told.message,
  evidence: [{ ...told.evidence, readFrom: `pods of cluster ${snapshot.cluster.name}` }],
  fix: { summary: told.summary, commands: [], choice: 'Whether the pods are to have the role.' },
});
