/** The roles that service accounts have by EKS Pod Identity, as rows of who can assume what. */
import { clustersOf, type Facts } from '../../facts.ts';
import { type ClusterSnapshot, type PodIdentityAssociation, readFailuresOf, valueOr } from '../../model.ts';
import { decidePodIdentity, podIdentityActions, trustPolicyOf } from '../../policy.ts';
import { given } from '../../text.ts';
import type { AccessRow, AccessTable } from './access-row.ts';

/** The rows of all associations, and the clusters whose associations were not all read. A pod gets the second role where there is one. */
export const associationRows = (facts: readonly Facts[]): Pick<AccessTable, 'rows' | 'missing'> => {
  const places = facts.flatMap(one => clustersOf(one.snapshot).map(snapshot => ({ facts: one, snapshot })));
  return {
    rows: places.flatMap(({ facts: own, snapshot }) =>
      valueOr(snapshot.podIdentity, []).flatMap(one => rowOf(one, snapshot, own)),
    ),
    missing: places
      .filter(({ snapshot }) => readFailuresOf(snapshot.podIdentity).length > 0)
      .map(({ snapshot }) => `not all Pod Identity associations of cluster ${snapshot.cluster.name} were read`),
  };
};

const rowOf = (one: PodIdentityAssociation, { cluster }: ClusterSnapshot, facts: Facts): readonly AccessRow[] => {
  const { namespace, serviceAccount, roleArn, targetRoleArn } = one;
  const common = { clusterArn: cluster.arn, namespace, serviceAccount };
  if (targetRoleArn !== undefined)
    return [
      {
        ...common,
        roleArn: targetRoleArn,
        decision: 'unknown',
        because: 'the first role has to be allowed to assume it',
      },
    ];
  if (roleArn === undefined) return [];
  const role = valueOr(facts.snapshot.roles, []).find(({ arn }) => arn === roleArn);
  const parsed = role && trustPolicyOf(role);
  if (!parsed?.ok) return [{ ...common, roleArn, decision: 'unknown', because: 'its trust policy was not read' }];
  const request = {
    ...{ roleArn, clusterArn: cluster.arn, clusterName: cluster.name, accountId: cluster.accountId },
    ...{ namespace, serviceAccount, sessionTags: one.sessionTags !== false, now: facts.now },
    ...given({ roleTags: valueOr(role?.detail ?? { status: 'complete', value: undefined }, undefined)?.tags }),
  };
  const actions = request.sessionTags ? podIdentityActions : podIdentityActions.slice(0, 1);
  const answers = actions.map(action => decidePodIdentity(parsed.policy, request, action).decision);
  if (answers.includes('deny')) return [];
  return [
    answers.includes('unknown')
      ? { ...common, roleArn, decision: 'unknown', because: 'its trust policy may refuse the association' }
      : { ...common, roleArn, decision: 'allow' },
  ];
};
