/** Findings whose fix changes what a tool manages say so: a command alone is undone by the next run of that tool. */

import { clustersOf, type Facts } from '../../facts.ts';
import { managedOf } from '../../fixes/change-table.ts';
import {
  type Cluster,
  type Finding,
  type Fix,
  type Manager,
  managedInWords,
  managerByTags,
  type PodOwner,
  roleNameOf,
  type Step,
  unknownRegion,
  valueOr,
} from '../../model.ts';

/** The objects that a step changes, with who manages them. */
interface Managed {
  readonly what: string;
  readonly by: Manager;
  /** True for a workload: a fix has no form of its template in the tool's language. */
  readonly isWorkload?: true;
}

/** Adds to each fix who manages what it changes, and says it before the choice that a person has. */
export const findingsWithManagers = (findings: readonly Finding[], facts: Facts): readonly Finding[] => {
  const find = managersIn(facts);
  const managedBy = (steps: readonly Step[]): readonly Managed[] => [
    ...new Map(
      steps.flatMap(step => {
        const one = find(step);
        return one === undefined ? [] : [[JSON.stringify(one), one] as const];
      }),
    ).values(),
  ];
  return findings.map(finding => ({ ...finding, fix: managedFix(finding.fix, managedBy) }));
};

const managedFix = (fix: Fix, managedBy: (steps: readonly Step[]) => readonly Managed[]): Fix => {
  const first = managedBy(fix.steps ?? []);
  const { alternatives = [] } = fix;
  const others = alternatives.map(({ steps }) => managedBy(steps));
  if ([first, ...others].every(list => list.length === 0)) return fix;
  return {
    ...fix,
    ...saidOf(first, fix.choice),
    // The sentence on the first way is not of the others: each then has one of its own.
    ...(alternatives.length === 0
      ? {}
      : {
          alternatives: alternatives.map((one, at) => ({
            ...one,
            ...saidOf(others[at] ?? [], one.choice ?? fix.choice),
          })),
        }),
  };
};

/** Who manages it, and what a person decides: that first. */
const saidOf = (managed: readonly Managed[], choice: string | undefined): Pick<Fix, 'choice' | 'managers'> => {
  const sentences = managed.map(({ what, by }) => managedInWords(what, by));
  const managers = managed.flatMap(({ by, isWorkload }) => (isWorkload ? [] : [by]));
  const said = [...sentences, ...(choice === undefined ? [] : [choice])];
  return { ...(managers.length === 0 ? {} : { managers }), ...(said.length === 0 ? {} : { choice: said.join(' ') }) };
};

/** A sentence for each tool that manages what a step changes, by step: its next run undoes a change made beside it. */
export const managerSentences = (facts: Facts): ((step: Step) => string | undefined) => {
  const find = managersIn(facts);
  return step => {
    const found = find(step);
    return found && managedInWords(found.what, found.by);
  };
};

/** Two regions may have clusters of one name; of a cluster of a kubeconfig the name is all that steps know. */
const keyOf = ({ arn, name, region }: Pick<Cluster, 'arn' | 'name' | 'region'>): string =>
  region === unknownRegion ? name : arn;

/** As kubectl names a workload. */
const kindAndName = ({ kind, name }: PodOwner): string => `${kind.toLowerCase()}/${name}`;

/** Looks up the manager of what a step changes. */
const managersIn = ({ snapshot }: Facts): ((step: Step) => Managed | undefined) => {
  const roles = new Map(
    valueOr(snapshot.roles, []).map(({ arn, detail }) => [arn, managerByTags(valueOr(detail, undefined)?.tags ?? {})]),
  );
  const providers = new Map(
    valueOr(snapshot.providers, []).map(({ arn, detail }) => [
      arn,
      managerByTags(valueOr(detail, undefined)?.tags ?? {}),
    ]),
  );
  const accounts = new Map(
    clustersOf(snapshot).flatMap(({ cluster, kubernetes }) =>
      (kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.serviceAccounts, [])).map(
        one => [JSON.stringify([keyOf(cluster), one.namespace, one.name]), one.managedBy] as const,
      ),
    ),
  );
  const webhooks = new Map(
    clustersOf(snapshot).map(({ cluster, kubernetes }) => [
      keyOf(cluster),
      kubernetes.status === 'unavailable' ? undefined : valueOr(kubernetes.value.webhook, undefined)?.managedBy,
    ]),
  );
  const workloads = new Map(
    clustersOf(snapshot).flatMap(({ cluster, kubernetes }) =>
      (kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.pods, [])).flatMap(
        ({ namespace, owner, managedBy }) =>
          owner === undefined || managedBy === undefined
            ? []
            : [[JSON.stringify([keyOf(cluster), namespace, kindAndName(owner)]), managedBy] as const],
      ),
    ),
  );
  const named = (what: string, by: Manager | undefined): Managed | undefined =>
    by === undefined ? undefined : { what, by };
  return ({ change }) => {
    const managed = change === undefined ? undefined : managedOf(change);
    switch (managed?.kind) {
      case 'role':
        return named(`Role ${roleNameOf(managed.arn)}`, roles.get(managed.arn));
      case 'provider':
        return named('The provider', providers.get(managed.arn));
      case 'service-account': {
        const { cluster, namespace, name } = managed;
        const key = JSON.stringify([cluster.arn ?? cluster.name, namespace, name]);
        return named(`Service account ${namespace}/${name}`, accounts.get(key));
      }
      case 'workload': {
        const { cluster, namespace, name } = managed;
        const key = JSON.stringify([cluster.arn ?? cluster.name, namespace, name]);
        const by = workloads.get(key);
        return by === undefined ? undefined : { what: `${name} of namespace ${namespace}`, by, isWorkload: true };
      }
      case 'webhook':
        return named('The webhook', webhooks.get(managed.cluster.arn ?? managed.cluster.name));
      case undefined:
        return undefined;
    }
  };
};
