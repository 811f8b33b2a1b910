/** Annotations of the second cluster: the same roles for the same service accounts. */

import type { Facts } from '../../facts.ts';
import { annotate } from '../../fixes/kubernetes-steps.ts';
import {
  audienceKey,
  type ClusterSnapshot,
  parseArn,
  readFailuresOf,
  roleArnKey,
  type ServiceAccount,
  valueOr,
} from '../../model.ts';
import { counted, listed } from '../../text.ts';
import type { PlanNote, PlannedStep } from '../plan.ts';
import type { ClusterMove } from './clusters.ts';
import { noPlanParts, type Parts, type PlanScope } from './parts.ts';
import { mirrorRole } from './role-edit.ts';

/** Annotations that the second cluster lacks, or that name something else. */
export const annotationParts = (all: readonly Facts[], move: ClusterMove, scope: PlanScope): Parts => {
  const { from, to } = move;
  if (to.cluster === undefined) return noPlanParts;
  const [here, there] = [from.cluster, to.cluster].map(one => (one === undefined ? undefined : accountsIn(one)));
  const unread = [here === undefined ? from.name : undefined, there === undefined ? to.name : undefined].filter(
    name => name !== undefined,
  );
  if (here === undefined || there === undefined)
    return {
      steps: [],
      notes: [
        {
          about: `Annotations of ${to.name}`,
          why: `The service accounts of ${listed(unread)} were not read (--in-cluster, or --context): compare the annotations ${roleArnKey} of both by hand.`,
        },
      ],
    };
  const annotated = here.filter(
    ({ namespace, name, annotations: { [roleArnKey]: arn } }) =>
      arn !== undefined && scope.isRole(arn) && scope.isServiceAccount(namespace, name),
  );
  const found = new Map(there.map(one => [nameOf(one), one]));
  const missing = annotated.filter(one => !found.has(nameOf(one)));
  const audited = new Set(all.map(({ snapshot }) => snapshot.accountId));
  const pairs = annotated.flatMap(was => {
    const is = found.get(nameOf(was));
    return is === undefined ? [] : [{ was, is }];
  });
  const willTrust = trustOf(all, move);
  const [ready, waiting] = [true, false].map(is => pairs.filter(pair => willTrust(pair) === is)) as [Pair[], Pair[]];
  return {
    steps: ready.flatMap(pair => stepsFor(pair, to.cluster as ClusterSnapshot)),
    notes: [
      ...waitingNotes(
        waiting.map(({ was }) => was),
        to.name,
      ),
      ...(missing.length === 0
        ? []
        : [
            {
              about: `Service accounts of ${to.name}`,
              why: `${counted(missing.length, 'service account')} with a role in ${from.name} ${missing.length === 1 ? 'is' : 'are'} not there yet: ${listed(missing.map(nameOf))}.`,
            },
          ]),
      ...pairs.flatMap(pair => differenceNotes(pair, to.name)),
      ...foreignNotes(
        pairs.map(({ was }) => was),
        audited,
      ),
    ],
  };
};

const nameOf = ({ namespace, name }: ServiceAccount): string => `${namespace}/${name}`;

/** The service accounts of a cluster; undefined where they were not all read. */
const accountsIn = ({ kubernetes }: ClusterSnapshot): readonly ServiceAccount[] | undefined =>
  kubernetes.status === 'unavailable' || readFailuresOf(kubernetes.value.serviceAccounts).length > 0
    ? undefined
    : valueOr(kubernetes.value.serviceAccounts, []);

interface Pair {
  readonly was: ServiceAccount;
  readonly is: ServiceAccount;
}

/** Whether the role of a pair trusts the second cluster after this plan, as far as its account is audited. */
const trustOf = (all: readonly Facts[], move: ClusterMove): ((pair: Pair) => boolean) => {
  const known = new Map<string, boolean>();
  return ({ was, is }) => {
    const arn = was.annotations[roleArnKey] ?? '';
    if (is.annotations[roleArnKey] !== undefined) return true;
    const found = all
      .flatMap(facts => valueOr(facts.snapshot.roles, []).map(role => ({ role, facts })))
      .find(({ role }) => role.arn === arn);
    const trusts =
      known.get(arn) ??
      (found === undefined || ['done', 'step'].includes(mirrorRole(found.role, found.facts, move).kind));
    known.set(arn, trusts);
    return trusts;
  };
};

const waitingNotes = (accounts: readonly ServiceAccount[], to: string): readonly PlanNote[] =>
  accounts.length === 0
    ? []
    : [
        {
          about: `Annotations of ${to}`,
          why: `${listed(accounts.map(nameOf), 10)}: no annotation is set, because the role of each would not trust ${to} after this plan.`,
        },
      ];

/** Keys that give a service account its role. A near miss of one would be another finding. */
const keys = [roleArnKey, audienceKey] as const;

const stepsFor = ({ was, is }: Pair, { cluster }: ClusterSnapshot): readonly PlannedStep[] => {
  if (is.annotations[roleArnKey] !== undefined) return [];
  return keys.flatMap((key): PlannedStep[] => {
    const value = was.annotations[key];
    return value === undefined || is.annotations[key] === value
      ? []
      : [
          {
            ...annotate(cluster, is, key, value),
            findingIds: [],
            reason: `service account ${nameOf(is)} has the same annotation as before`,
          },
        ];
  });
};

const differenceNotes = ({ was, is }: Pair, to: string): readonly PlanNote[] => {
  const [before, after] = [was.annotations[roleArnKey] ?? '', is.annotations[roleArnKey]];
  if (after === undefined || after === before) return [];
  const [one, other] = [parseArn(before)?.accountId, parseArn(after)?.accountId];
  const accounts = one === other ? '' : ` It is of account ${other}, the other one of account ${one}.`;
  return [
    {
      about: `Service account ${nameOf(is)} of ${to}`,
      why: `Its annotation names ${after}, and before it was ${before}.${accounts} That role is not changed by this plan unless it trusts the first cluster too.`,
    },
  ];
};

const foreignNotes = (accounts: readonly ServiceAccount[], audited: ReadonlySet<string>): readonly PlanNote[] => {
  const foreign = accounts.flatMap(({ annotations }) => {
    const arn = annotations[roleArnKey] ?? '';
    return audited.has(parseArn(arn)?.accountId ?? '') ? [] : [arn];
  });
  return foreign.length === 0
    ? []
    : [
        {
          about: 'Roles of other accounts',
          why: `${listed([...new Set(foreign)])}: their accounts are not audited. Each needs the provider and the statement there too (--config with every account).`,
        },
      ];
};
