import {
  associationOf,
  audienceAsked,
  type Facts,
  isRoleKey,
  rolesMadeFor,
  type ServiceAccountSubject,
  serviceAccountSubjectId,
  trustDecision,
} from '../../../facts.ts';
import { type FixDraft, type KubernetesFacts, roleArnKey, type ServiceAccount, valueOr } from '../../../model.ts';
import { subjectOf } from '../../../policy.ts';
import { listed } from '../../../text.ts';
import { withAlternatives } from '../../access/alternatives.ts';
import type { Explained } from '../../prelude.ts';
import { giveRole } from './give-role.ts';
import { audienceOfAccount, tokenIssuerOf } from './service-account-view.ts';

/** The service accounts of the cluster that a role was made for and that have none: an annotation that stands on another
 *  service account may have been meant for them (kedacore/keda#5758). */
const accountsMeant = (subject: ServiceAccountSubject, roleArn: string, facts: Facts): readonly ServiceAccount[] => {
  const issuer = tokenIssuerOf(subject);
  if (issuer === undefined) return [];
  return valueOr(subject.kubernetes.serviceAccounts, []).filter(
    ({ namespace, name, annotations, labels }) =>
      ![annotations, labels].some(keys => Object.keys(keys).some(isRoleKey)) &&
      associationOf(subject.snapshot, namespace, name) === undefined &&
      rolesMadeFor(
        { subject: subjectOf(namespace, name), audience: audienceOfAccount(subject), issuer },
        facts,
      ).includes(roleArn),
  );
};

/** Service accounts by namespace and annotated role, made once for each cluster's facts: thousands of accounts may name one role. */
const byNamedRole = new WeakMap<KubernetesFacts, ReadonlyMap<string, readonly ServiceAccount[]>>();

/** The service accounts of the subject's namespace that name a role. */
export const accountsNaming = (
  { serviceAccount, kubernetes }: ServiceAccountSubject,
  roleArn: string,
): readonly ServiceAccount[] => {
  const known =
    byNamedRole.get(kubernetes) ??
    Map.groupBy(
      valueOr(kubernetes.serviceAccounts, []),
      ({ namespace, annotations }) => `${namespace}/${annotations[roleArnKey] ?? ''}`,
    );
  byNamedRole.set(kubernetes, known);
  return known.get(`${serviceAccount.namespace}/${roleArn}`) ?? [];
};

/** True where the role trusts none of them for certain. */
export const isNamedInVain = (subject: ServiceAccountSubject, roleArn: string, facts: Facts): boolean => {
  const issuer = tokenIssuerOf(subject) ?? '';
  return accountsNaming(subject, roleArn).every(({ namespace, name, annotations }) => {
    const asking = { subject: subjectOf(namespace, name), audience: audienceAsked(annotations), issuer };
    return trustDecision(roleArn, asking, facts) === 'deny';
  });
};

/** The finding that such a service account names no role is the same cause, where no other one names it in vain. */
export const explainsMeant = (subject: ServiceAccountSubject, roleArn: string, facts: Facts): readonly Explained[] =>
  accountsNaming(subject, roleArn).length > 1
    ? []
    : accountsMeant(subject, roleArn, facts).map(({ namespace, name }) => ({
        ruleId: 'service-account-role-unannotated',
        subject: serviceAccountSubjectId(subject.cluster.arn, namespace, name),
      }));

/** The annotation may stand on the wrong service account: to name the role on one that it trusts, and that has none, is then
 *  the fix. */
export const orMoved = (subject: ServiceAccountSubject, roleArn: string, fix: FixDraft, facts: Facts): FixDraft => {
  const meant = accountsMeant(subject, roleArn, facts);
  if (meant.length === 0) return fix;
  const { snapshot } = subject;
  const names = listed(meant.map(({ namespace, name }) => `${namespace}/${name}`));
  const moved = meant.map(({ namespace, name }) => giveRole({ snapshot, namespace, name }, [roleArn]));
  const choice = `Or whether the annotation was meant for ${names}: the role trusts it, and it names no role.`;
  return withAlternatives({ ...fix, choice: fix.choice === undefined ? choice : `${fix.choice} ${choice}` }, [
    ...(fix.alternatives ?? []),
    ...moved,
  ]);
};
