import { describe, expect, test } from '@jest/globals';
import type { Role } from '../../../lib/model/account.ts';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { type Collected, complete, notAskedFor, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { podRules } from '../../../lib/rules/pod/rules.ts';
import { podIdentityRules } from '../../../lib/rules/pod-identity/rules.ts';
import { aContainer, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { anAssociation, aPodIdentityRole, podIdentityStatement } from './example-association.ts';
import { bare, gap, modern, older, uri } from './worlds.ts';

const unused: Pick<Role, 'detail'> = { detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} }) };
const agent = complete([{ name: 'eks-pod-identity-agent' }]);

const of = (
  pods: Collected<readonly Pod[]>,
  role: Partial<Role> = {},
  over: Partial<ClusterSnapshot> = {},
  statements: readonly ReturnType<typeof podIdentityStatement>[] = [],
) => {
  const { findings, undecided } = evaluate(
    someFacts({
      roles: complete([{ ...aPodIdentityRole(...statements), ...unused, ...role }]),
      clusters: complete([
        aReadCluster(
          { serviceAccounts: complete([aServiceAccount({ annotations: {} })]), pods },
          { podIdentity: complete([anAssociation()]), addons: agent, ...over },
        ),
      ]),
    }),
    { rules: [...podIdentityRules, ...podRules] },
  );
  const own = (ruleId: string) => ruleId === 'pod-identity-role-never-used';
  return [
    ...findings.map(({ ruleId }) => ruleId),
    ...undecided.filter(({ ruleId }) => own(ruleId)).map(({ kind }) => `unknown ${kind}`),
  ];
};

const told = ['pod-identity-role-never-used'];

describe('the role of an association that was never used', () => {
  test.each<readonly [string, () => readonly string[], readonly string[]]>([
    ['by pods that run for weeks', () => of(complete([modern()])), told],
    ['by pods of today', () => of(complete([modern({ createdAt: '2026-10-31T12:00:00.000Z' })])), []],
    ['by pods that do not run yet', () => of(complete([modern({ phase: 'Pending' })])), []],
    ['by no pods', () => of(complete([])), []],
    ['by pods that were not all read', () => of(withGaps<readonly Pod[]>([], [gap('list pods')])), ['unknown unread']],
    [
      'where its last use was not asked for',
      () => of(complete([modern()]), { detail: notAskedFor('iam:GetAccountAuthorizationDetails') }),
      ['unknown not-asked-for'],
    ],
    [
      'where its last use was refused',
      () => of(complete([modern()]), { detail: unavailable(gap('iam:GetAccountAuthorizationDetails').reason) }),
      ['unknown unread'],
    ],
    ['and was made today', () => of(complete([modern()]), { createdAt: '2026-10-31T12:00:00.000Z' }), []],
    ['whose pods are older than it', () => of(complete([older()])), ['pod-identity-pods-without']],
  ])('%s', (_title, said, wanted) => expect(said()).toEqual(wanted));

  test.each<readonly [string, () => readonly string[], readonly string[]]>([
    [
      'the agent is missing',
      () => of(complete([modern()]), {}, { addons: complete([]) }),
      ['pod-identity-agent-missing'],
    ],
    [
      'the role does not trust the service',
      () => of(complete([modern()]), {}, {}, [podIdentityStatement({ Action: 'sts:AssumeRole' })]),
      ['pod-identity-role-not-trusting'],
    ],
  ])('is told with its cause: %s', (_title, said, wanted) => expect(said()).toEqual(wanted));

  test('pods with a role by web identity, which SDKs try first, are left to its rules', () => {
    const container = aContainer({ awsVariables: [uri, 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'] });
    expect(of(complete([modern({ containers: [container] })]))).not.toContain('pod-identity-role-never-used');
  });

  test.each([
    ['keys', 'AWS_ACCESS_KEY_ID'],
    ['a profile', 'AWS_PROFILE'],
  ])('%s in the container is the cause', (_title, name) => {
    expect(of(complete([modern({ containers: [bare({ awsVariables: [uri, name] })] })]))).toEqual([
      'pod-static-credentials',
    ]);
  });
});
