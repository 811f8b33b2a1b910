import {
  type AddonServiceAccount,
  addonServiceAccounts,
  associationOf,
  associationsUnread,
  type ClusterSubject,
} from '../../facts.ts';
import { setAddonRole } from '../../fixes/eks-steps.ts';
import { annotate } from '../../fixes/kubernetes-steps.ts';
import {
  type Addon,
  type ClusterSnapshot,
  type Collected,
  type FixDraft,
  type ReadFailure,
  readFailuresOf,
  roleArnKey,
  roleNameOf,
  type ServiceAccount,
  type Undecided,
  valueOr,
} from '../../model.ts';
import { given } from '../../text.ts';
import { defineRule, eksGuide, type Failure, failOrPass, failures, unknownKindOf } from '../prelude.ts';

const fail = failures({
  otherRole: [
    'add-on has another role',
    'EKS add-on {addon} has role {role}, but its service account {serviceAccount} is annotated with {annotated}',
  ],
  noAnnotation: [
    'annotation is missing',
    'EKS add-on {addon} has role {role}, but its service account {serviceAccount} has no role annotation',
  ],
});

/** EKS writes the role of an add-on to its service account when the add-on is updated (docs/facts.md §H.1). */
export const addonRoleDiffers = defineRule({
  id: 'addon-role-differs',
  kind: 'cluster',
  impact: 'hygiene',
  severity: 'medium',
  shownAt: 'role-arn-format',
  title: 'Service accounts of EKS add-ons have the role that EKS knows',
  fault: 'The service account of an add-on lacks the role that EKS knows',
  says: fail.says,
  needs: ['addons', 'service-accounts'],
  why: 'EKS manages the annotation of an add-on with a service account role. The next update of the add-on may set it back to that role, or fails because of the conflict: the role that pods have today is then gone.',
  fix: 'Name the right role with aws eks update-addon, and not with kubectl.',
  references: [
    eksGuide('kubernetes-field-management'),
    'https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAddon.html',
    'docs/facts.md §H.1',
  ],
  check: subject => {
    const { compared, missing } = comparedRoles(subject.snapshot);
    return failOrPass(
      compared.filter(({ roleArn, annotated }) => roleArn !== annotated).map(one => failureOf(subject, one)),
      missing,
    );
  },
});

const failureOf = (subject: ClusterSubject, one: ComparedRole): Failure => {
  const { addon, account, roleArn, annotated } = one;
  const shared = { addon, role: roleNameOf(roleArn), serviceAccount: `${account.namespace}/${account.name}` };
  const readFrom = `serviceaccounts of cluster ${subject.cluster.name}`;
  return (
    annotated === undefined
      ? fail.noAnnotation(shared).impact('breaks')
      : fail.otherRole({ ...shared, annotated: roleNameOf(annotated) || annotated })
  )
    .discriminator(addon)
    .evidence(`role of add-on ${addon}`, 'eks:DescribeAddon', roleArn)
    .evidence(`annotation ${roleArnKey}`, readFrom, annotated ?? '(none)', roleArn)
    .place({ namespace: account.namespace, serviceAccount: account.name, roleArn: annotated ?? roleArn })
    .fix(fixOf(subject, one));
};

const fixOf = ({ cluster }: ClusterSubject, { addon, account, roleArn, annotated }: ComparedRole): FixDraft => {
  const annotations = annotated === undefined ? {} : { [roleArnKey]: annotated };
  const annotation = annotate(cluster, { ...account, annotations }, roleArnKey, roleArn);
  if (annotated === undefined)
    return {
      summary: 'Annotate the service account with the role of the add-on, and restart its pods.',
      steps: [annotation],
      choice: 'Whether the add-on is to have this role: else update it without one.',
    };
  return {
    summary: 'Name the role that the service account has in the add-on.',
    steps: [setAddonRole(cluster, addon, roleArn, annotated)],
    choice: 'Which of the two roles is right.',
    alternatives: [
      {
        summary: 'Annotate the service account with the role of the add-on, and restart its pods.',
        steps: [annotation],
      },
    ],
  };
};

/** An add-on with the role that EKS knows, and the one that its service account names. */
interface ComparedRole {
  readonly addon: string;
  readonly account: AddonServiceAccount;
  readonly roleArn: string;
  /** Without white space around it, which another rule reports; absent where there is no annotation. */
  readonly annotated?: string;
}

/** States in which EKS is done with an add-on: in any other one the annotation may be about to change. */
const settled = new Set(['ACTIVE', 'DEGRADED', 'UPDATE_FAILED']);

/**
 * The add-ons whose role counts, with both roles; and the first thing that keeps another one from being compared. An add-on
 * without role writes no annotation, and one with Pod Identity ignores its role: there is nothing to compare.
 */
const comparedRoles = (
  snapshot: ClusterSnapshot,
): { readonly compared: readonly ComparedRole[]; readonly missing?: Undecided } => {
  const compared: ComparedRole[] = [];
  const [gap] = readFailuresOf(snapshot.addons);
  let missing = gap && unreadBy(gap, 'some add-ons of the cluster');
  for (const addon of valueOr(snapshot.addons, [])) {
    const one = compare(addon, snapshot);
    if (one === undefined) continue;
    if ('missing' in one) missing ??= one;
    else compared.push(one);
  }
  return { compared, ...given({ missing }) };
};

const ambiguous = (missing: string): Undecided => ({ kind: 'ambiguous', missing });
const unreadBy = (failure: ReadFailure, what: string): Undecided => ({
  kind: unknownKindOf(failure),
  missing: `${what} (${failure.operation}: ${failure.message})`,
});

/** The missing part where the two cannot be compared; undefined where nothing is to be compared. */
const compare = ({ name: addon, detail }: Addon, snapshot: ClusterSnapshot): ComparedRole | Undecided | undefined => {
  const usual = addonServiceAccounts.get(addon);
  if (usual === undefined || detail?.roleArn === undefined || detail.hasPodIdentity) return undefined;
  if (!settled.has(detail.status)) return ambiguous(`the role of add-on ${addon}, which is ${detail.status}`);
  if (detail.configuresServiceAccount)
    return ambiguous(`which service account add-on ${addon} has by its configuration values`);
  const account = { namespace: detail.namespace ?? usual.namespace, name: usual.name };
  const named = `${account.namespace}/${account.name}`;
  if (associationOf(snapshot, account.namespace, account.name)) return undefined;
  const [unread] = associationsUnread(snapshot.podIdentity);
  if (unread) return unreadBy(unread, `whether ${named} has Pod Identity in place of a role`);
  const accounts = accountsOf(snapshot);
  const found = valueOr(accounts, []).find(one => isOf(account, one.namespace, one.name));
  if (found === undefined) {
    const [gap] = readFailuresOf(accounts);
    return gap ? unreadBy(gap, `service account ${named}`) : ambiguous(`which service account add-on ${addon} has`);
  }
  const annotated = found.annotations[roleArnKey]?.trim();
  return { addon, account, roleArn: detail.roleArn, ...(annotated ? { annotated } : {}) };
};

const isOf = (account: AddonServiceAccount, namespace: string, name: string): boolean =>
  account.namespace === namespace && account.name === name;

const accountsOf = ({ kubernetes }: ClusterSnapshot): Collected<readonly ServiceAccount[]> =>
  kubernetes.status === 'unavailable' ? kubernetes : kubernetes.value.serviceAccounts;
