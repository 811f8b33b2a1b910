/** The plan by which a cluster takes the place of another one: every role that trusts the first also trusts the second. */

import type { Facts } from '../../facts.ts';
import { addAudience, createProvider, requestQuota } from '../../fixes/aws-steps.ts';
import { iamQuotas, providerArn, type Role, readFailuresOf, valueOr } from '../../model.ts';
import { defaultAudience, namesInTrustPolicy } from '../../policy.ts';
import { accessOfProvider } from '../../rules/access/access-change.ts';
import { choiceOfGains } from '../../rules/access/provider-creation.ts';
import { lookUpProvider } from '../../rules/access/trust-context.ts';
import { rolesTrusting } from '../../rules/oidc/issuer-users.ts';
import { compareText, counted, given, listed } from '../../text.ts';
import { inOrder } from '../order.ts';
import type { Plan, PlanNote, PlannedStep } from '../plan.ts';
import { afterStep } from '../simulate.ts';
import { annotationParts } from './annotations.ts';
import { associationParts } from './associations.ts';
import type { ClusterMove, End } from './clusters.ts';
import { stepsWithManagers, withExposures } from './exposures.ts';
import { noPlanParts, type Parts, type PlanScope, partsOf, wholePlan } from './parts.ts';
import { mirrorRole, type RoleEdit } from './role-edit.ts';
import { secondRole } from './second-role.ts';

/** The plan for one account: its roles, its provider; of the second cluster's own account also its annotations and associations. */
export const replaceCluster = (
  facts: Facts,
  all: readonly Facts[],
  move: ClusterMove,
  scope: PlanScope = wholePlan,
): Plan => {
  const { partition, accountId } = facts.snapshot;
  const oldArn = providerArn(partition, accountId, move.from.issuer);
  const roles = rolesNaming([oldArn, ...namesOf(move.from)], facts).filter(({ arn }) => scope.isRole(arn));
  const edits = roles.map(role => ({ role, edit: mirrorRole(role, facts, move) }));
  const policies = partsOf(...edits.map(({ role, edit }) => rolePart(role, edit, facts, move)));
  const inside =
    move.to.cluster?.cluster.accountId === accountId
      ? partsOf(annotationParts(all, move, scope), associationParts(facts, move, scope))
      : noPlanParts;
  const parts = partsOf(
    unreadParts(facts),
    !rolesTrusting(oldArn, facts).some(({ arn }) => scope.isRole(arn))
      ? noPlanParts
      : providerPart(afterSteps(facts, policies.steps), facts, move),
    policies,
    inside,
  );
  const steps = stepsWithManagers(withExposures(inOrder(parts.steps), facts), facts);
  return { steps, fixed: [], left: [], notes: parts.notes };
};

/** How statements for EKS Pod Identity name a cluster. */
const namesOf = ({ cluster }: End): readonly string[] =>
  cluster === undefined ? [] : [cluster.cluster.arn, cluster.cluster.name];

/** Roles whose trust policy has one of these texts as a principal or a value, by name. */
const rolesNaming = (texts: readonly string[], { snapshot }: Facts): readonly Role[] =>
  valueOr(snapshot.roles, [])
    .filter(role => namesInTrustPolicy(role).some(name => texts.includes(name)))
    .toSorted((a, b) => compareText(a.name, b.name));

const afterSteps = (facts: Facts, steps: readonly PlannedStep[]): Facts => steps.reduce(afterStep, facts);

/** A list that was not read wholly may hide a role. */
const unreadParts = ({ snapshot }: Facts): Parts => {
  const [gap] = readFailuresOf(snapshot.roles);
  return gap === undefined
    ? noPlanParts
    : {
        steps: [],
        notes: [
          {
            about: `Roles of account ${snapshot.accountId}`,
            why: `They were not all read (${gap.operation}: ${gap.message}): others may trust the first cluster.`,
          },
        ],
      };
};

const rolePart = (role: Role, edit: RoleEdit, facts: Facts, move: ClusterMove): Parts => {
  switch (edit.kind) {
    case 'done':
      return noPlanParts;
    case 'empty':
      return {
        steps: [],
        notes: [
          {
            about: `Role ${role.name}`,
            why: `No service account of ${move.from.name} can assume it: nothing is copied. irsa-auditor fix --role ${role.name} shows the fault.`,
          },
        ],
      };
    case 'step':
      return {
        steps: [
          {
            ...edit.step,
            findingIds: [],
            reason: `role ${role.name} trusts the same service accounts of ${move.to.name} as of ${move.from.name}`,
            ...given({ choice: edit.choice }),
          },
        ],
        notes: copiedConditions(role, edit, move),
      };
    case 'too-long':
      return tooLong(role, edit, facts, move);
    case 'refused':
      return { steps: [], notes: [{ about: `Role ${role.name}`, why: edit.why }] };
  }
};

/** Keys of requests that may be others for the second cluster: network, region. */
const ofPlace = /"aws:(?:SourceIp|SourceVpc|SourceVpce|VpcSourceIp|RequestedRegion|CurrentTime|EpochTime)"/gi;

const copiedConditions = (
  role: Role,
  { policy }: RoleEdit & { readonly kind: 'step' },
  { to }: ClusterMove,
): readonly PlanNote[] => {
  const keys = [...new Set(JSON.stringify(policy).match(ofPlace) ?? [])].map(key => JSON.parse(key) as string);
  return keys.length === 0
    ? []
    : [
        {
          about: `Role ${role.name}`,
          why: `Its tests on ${listed(keys)} are copied as they are: look whether they hold for requests of ${to.name}.`,
        },
      ];
};

/** Both ways out of a policy that would be too long: a larger quota, or a role of its own for the second cluster. */
const tooLong = (
  role: Role,
  { length, quota }: RoleEdit & { readonly kind: 'too-long' },
  facts: Facts,
  move: ClusterMove,
): Parts => {
  const { snapshot } = facts;
  const { most, code } = iamQuotas.trustPolicyLength;
  const { accountId, partition } = snapshot;
  const isRead = valueOr(snapshot.quotas, {}).trustPolicyLength !== undefined;
  const mayRaise = partition === 'aws' && length <= most && isRead;
  const second = secondRole(role, facts, move, quota);
  const why = [
    `The policy would have ${length} characters, and the quota is ${quota}${isRead ? '' : ' unless it was raised (it was not read)'}.`,
    mayRaise
      ? 'One way: the quota, by the step of this plan. Once AWS granted it, make this plan again.'
      : 'The quota of trust policies cannot be raised by a step here.',
    ...second.lines,
  ].join('\n');
  const steps: readonly PlannedStep[] = mayRaise
    ? [
        {
          ...requestQuota(accountId, code, Math.min(most, Math.max(quota * 2, length))),
          findingIds: [],
          roleArn: role.arn,
          reason: `the trust policy of ${role.name} needs ${length} characters`,
          choice:
            'Whether the quota is raised, or the second cluster gets roles of its own: a quota that was granted is not taken back.',
        },
      ]
    : [];
  const { policy: trustPolicy } = second;
  return { steps, notes: [{ about: `Role ${role.name}`, why, ...given({ trustPolicy }) }] };
};

/** The provider of the second cluster, with the audiences of the first one's. `facts` are those after the policies, `before` those of now. */
const providerPart = (facts: Facts, before: Facts, { from, to }: ClusterMove): Parts => {
  const { partition, accountId, providers, quotas } = facts.snapshot;
  const [oldArn, newArn] = [from, to].map(({ issuer }) => providerArn(partition, accountId, issuer)) as [
    string,
    string,
  ];
  const [was, is] = [lookUpProvider(oldArn, facts), lookUpProvider(newArn, facts)];
  const audiences =
    was.status === 'found' && was.provider.detail.status === 'complete'
      ? was.provider.detail.value.audiences
      : [defaultAudience];
  const about = `Provider of ${to.name} in account ${accountId}`;
  if (is.status === 'unread')
    return { steps: [], notes: [{ about, why: `Whether it exists was not read: ${is.why}` }] };
  if (is.status === 'found')
    return missingAudiences(
      newArn,
      is.provider.detail.status === 'complete' ? is.provider.detail.value.audiences : undefined,
      audiences,
      about,
      facts,
    );
  const { oidcProviders: quota } = valueOr(quotas, {});
  const count = valueOr(providers, []).length;
  if (quota !== undefined && count >= quota)
    return {
      steps: [],
      notes: [
        {
          about,
          why: `The account has ${counted(count, 'provider')} and the quota is ${quota}: delete one, or raise the quota first.`,
        },
      ],
    };
  const access = audiences.flatMap(audience => accessOfProvider(newArn, audience, facts));
  // Statements that named the second cluster before the plan, and gave nobody anything without its provider.
  const choice = choiceOfGains(
    audiences.flatMap(audience => accessOfProvider(newArn, audience, before)),
    before,
  );
  return {
    steps: [
      {
        ...createProvider(newArn, audiences, access),
        findingIds: [],
        ...given({ choice }),
        reason: `account ${accountId} accepts tokens of ${to.name}; IAM fetches the thumbprint itself, and does not need it for issuers of EKS`,
      },
    ],
    notes: [],
  };
};

const missingAudiences = (
  arn: string,
  there: readonly string[] | undefined,
  wanted: readonly string[],
  about: string,
  facts: Facts,
): Parts => {
  if (there === undefined)
    return {
      steps: [],
      notes: [{ about, why: `Its audiences were not read: look that it accepts ${listed(wanted)}.` }],
    };
  const steps = wanted
    .filter(audience => !there.includes(audience))
    .map((audience): PlannedStep => {
      const access = accessOfProvider(arn, audience, facts);
      const choice = choiceOfGains(access, facts);
      return {
        ...addAudience(arn, audience, access),
        findingIds: [],
        reason: `the provider of the first cluster accepts ${audience}`,
        ...given({ choice }),
      };
    });
  return { steps, notes: [] };
};
