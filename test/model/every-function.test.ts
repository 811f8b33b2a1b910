import { test } from '@jest/globals';
import {
  parseArn,
  providerArn,
  providerArnBeside,
  providerHostPath,
  roleNameOf,
  stripScheme,
} from '../../lib/model/arn.ts';
import { cleanIssuer } from '../../lib/model/clean-issuer.ts';
import { canBeReadInside, hasNoIssuer, insideNotAsked, unreadInside } from '../../lib/model/cluster.ts';
import {
  complete,
  mapSection,
  notAskedFor,
  readFailuresOf,
  unavailable,
  valueOr,
  withGaps,
} from '../../lib/model/collected.ts';
import { controlPoliciesOf, policiesOver, serviceControlsOf } from '../../lib/model/control-policy.ts';
import { subscribeCommand } from '../../lib/model/email-subscription.ts';
import {
  atLeast,
  compareFindings,
  impacts,
  mildest,
  placeNamesOf,
  severities,
  whereDoubtful,
  whereRead,
  worst,
} from '../../lib/model/finding.ts';
import { isNearMissKey, nearMissPattern } from '../../lib/model/irsa-annotation.ts';
import { isDnsLabel, isDnsSubdomain, isQualifiedName } from '../../lib/model/kubernetes-name.ts';
import { managedInWords, managerByTags, managerOfObject } from '../../lib/model/manager.ts';
import { answersPods } from '../../lib/model/network.ts';
import { isOwnerKey, ownerIn } from '../../lib/model/owner.ts';
import { factsOfPartition, homeRegion, partitionOf, partitions } from '../../lib/model/partition.ts';
import { iamQuotas, longestAudience, mostAudiences, mostThumbprints, nearFrom } from '../../lib/model/quotas.ts';
import { isAdministrative, roleLevels } from '../../lib/model/role-level.ts';
import { assumeEventsOf, workingAgentsOf } from '../../lib/model/runtime.ts';
import {
  isPlaceBelow,
  isSectionBelow,
  nameOfUnread,
  sectionIds,
  sectionName,
  wasAsked,
} from '../../lib/model/unread.ts';
import { aFinding } from '../report/sample-report.ts';
import { callsOf } from '../support/calls.ts';
import { golden } from '../support/golden.ts';

const of = (...values: readonly unknown[]): readonly (readonly unknown[])[] => values.map(value => [value]);
const pairs = <T>(values: readonly T[]): readonly (readonly [T, T])[] =>
  values.flatMap(a => values.map(b => [a, b] as const));
const denied = { kind: 'denied', operation: 'o:P', message: 'no' } as const;
const slow = { kind: 'throttled', operation: 'o:Q', message: 'slow' } as const;
const gaps = [{ what: 'page 2', reason: slow }];
const role = 'arn:aws:iam::111122223333:role/team/cart';
const names = [
  'a',
  'a-b',
  '-a',
  'a-',
  'A',
  '',
  'a.b',
  'a..b',
  'a_b',
  'x'.repeat(63),
  'x'.repeat(64),
  'x'.repeat(253),
  'x'.repeat(254),
];

const policy = (id: string, targets: unknown, document: unknown = complete(`document of ${id}`)) => ({
  id,
  name: `name of ${id}`,
  targets,
  document,
});
const policies = [
  policy('p-root', complete(['r-1'])),
  policy('p-account', complete(['x', '111122223333'])),
  policy('p-other', complete(['ou-9'])),
  policy('p-unread', complete(['ou-1']), unavailable(denied)),
  policy('p-open', unavailable(denied)),
];
const chain = complete(['111122223333', 'ou-1', 'r-1']);
const table = (over: object = {}) => ({
  policies,
  chains: { '111122223333': chain, '222233334444': complete([]), '333344445555': unavailable(slow) },
  ...over,
});
const readable = policies.slice(0, 3);
const accounts = ['111122223333', '222233334444', '333344445555', '999988887777'];

const marks = (over: object) => ({ annotations: {}, labels: {}, writers: [], ...over });
const byAnnotation = (key: string, value = 'x') => marks({ annotations: { [key]: value } });
const byLabel = (key: string, value = 'x') => marks({ labels: { [key]: value } });
const sections = ['account', 'roles', 'role-detail', 'inside', 'pods', 'issuer-keys'] as const;

/** Each function at its limits: a change of a limit, an order or a word is a change of this table. */
test('of every function of the model: results at and beyond its limits', () =>
  golden(
    'calls/model.txt',
    `${JSON.stringify({ severities, impacts, levels: roleLevels, iamQuotas, mostAudiences, mostThumbprints, longestAudience, partitions, nearMissPattern }, null, 1)}\n${callsOf(
      [
        [
          parseArn,
          ...of(
            role,
            'arn:aws:s3:::bucket',
            'arn:aws:iam::1',
            'arn::iam::1:x',
            'arn:aws:::1:x',
            'x',
            'arn:aws:a:b:c:d:e',
            'ARN:aws:iam::1:x',
          ),
        ],
        [providerHostPath, ...of('arn:aws:iam::1:oidc-provider/a/b', role, 'arn:aws:eks::1:oidc-provider/a', 'x')],
        [providerArn, ['aws', '1', 'https://a/b'], ['aws-cn', '1', 'a']],
        [providerArnBeside, [role, 'https://a'], ['arn:aws-cn:iam::1:role/a\nb', 'a$&']],
        [stripScheme, ...of('https://a', 'http://a', 'a', 'HTTPS://a')],
        [roleNameOf, ...of(role, 'cart', 'a/')],
        [
          cleanIssuer,
          ...of(
            'https://a/b/',
            ' a ',
            'arn:aws:iam::1:oidc-provider/a/b',
            'a:443/b',
            'a:443',
            'x https://a',
            'HTTP://a//',
            'a/b:1',
            '',
          ),
        ],
        [
          canBeReadInside,
          ...of(...['ACTIVE', 'UPDATING', 'CREATING', 'DELETING', 'FAILED', 'PENDING', ''].map(status => ({ status }))),
        ],
        [hasNoIssuer, ...of({ issuer: 'x', version: '1' }, { version: '1' }, { createdAt: 'x' }, {})],
        [unreadInside, [denied]],
        [insideNotAsked, [], ['why']],
        [withGaps, [1, []], [1, gaps]],
        [notAskedFor, ['o'], ['o', 'why']],
        [valueOr, [complete(1), 2], [withGaps(1, gaps), 2], [unavailable(denied), 2]],
        [
          mapSection,
          ...[complete(1), withGaps(1, gaps), unavailable(denied)].map(section => [section, (n: number) => n + 1]),
        ],
        [
          readFailuresOf,
          ...of(complete(1), withGaps(1, [...gaps, { what: 'x', reason: denied }]), unavailable(denied)),
        ],
        [
          policiesOver,
          ...accounts.map(id => [table(), [id]]),
          [table({ services: complete(policies) }), ['111122223333', '222233334444']],
          [table({ services: unavailable(denied) }), ['111122223333']],
        ],
        [
          controlPoliciesOf,
          ...accounts.map(id => [complete(table()), id]),
          [withGaps(table({ policies: readable }), gaps), '111122223333'],
          [unavailable(denied), 'x'],
          [complete(table({ policies: readable })), '111122223333'],
        ],
        [
          serviceControlsOf,
          ...accounts.map(id => [complete(table({ services: complete(readable) })), id]),
          [complete(table({ services: complete(policies) })), '111122223333'],
          [complete(table({ services: complete([...readable, policies[3]]) })), '111122223333'],
          [complete(table({ services: withGaps(readable, gaps) })), '111122223333'],
          [complete(table({ services: unavailable(denied) })), '111122223333'],
          [complete(table()), '111122223333'],
          [unavailable(denied), 'x'],
        ],
        [
          subscribeCommand,
          [{ topicArn: 'arn:aws:sns:eu-west-1:1:t', address: "o'x@example.test" }],
          [{ topicArn: 't', address: 'a', filterPolicy: '{"a":["b"]}' }],
        ],
        [atLeast, ...pairs(severities)],
        [mildest, ...pairs(severities)],
        [worst, ...pairs(severities)],
        [whereDoubtful, ...of(...severities)],
        [whereRead, [{ readFrom: 'x' }], [{ readFrom: 'x', at: { line: 1, column: 2 } }]],
        [
          placeNamesOf,
          [
            {
              accountId: '1',
              region: 'r',
              clusterName: 'c',
              namespace: 'n',
              serviceAccount: 's',
              roleArn: 'a',
              providerArn: 'p',
              issuer: 'i',
              owner: 'o',
            },
          ],
          [{ accountId: '1' }],
        ],
        [
          compareFindings,
          ...[
            {},
            { severity: 'low' },
            { severity: 'critical' },
            { impact: 'breaks' },
            { impact: 'hygiene' },
            { ruleId: 'a' },
            { subject: 'a' },
            { discriminator: 'a' },
          ].map(over => [aFinding(over as object), aFinding()]),
        ],
        [
          isNearMissKey,
          ...of(
            'eks.amazonaws.com/role-arn',
            'eks.amazon.com/role-arn',
            'eks.amazonaws.com/role_arn',
            'EKS.amazonaws.com/role-arn',
            'iam.amazonaws.com/role',
            'eks.amazonaws.com/audience',
            'eks.amazonaws.com.role-arn',
            'role-arn',
            'eks.amazonaws.com/rolearn ',
            'eks.amazonaw.com/role-arns',
            'other.example/role-arn',
            'eks.amazonaws.com/role-arnnn',
          ),
        ],
        [isDnsLabel, ...of(...names)],
        [isDnsSubdomain, ...of(...names)],
        [isQualifiedName, ...of(...names, 'a/b', 'A.example/b', 'a/b/c', '/a', 'a/', 'A_b.c', 'x/-a')],
        [
          managerByTags,
          ...of(
            {},
            { 'alpha.eksctl.io/cluster-name': 'c', 'alpha.eksctl.io/iamserviceaccount-name': 'n' },
            { 'eksctl.cluster.k8s.io/v1alpha1/cluster-name': 'c' },
            { 'aws:cloudformation:stack-name': 's' },
          ),
          ...of(
            { ManagedBy: 'terraform' },
            { 'provisioned-by': 'OpenTofu' },
            { managed_by: 'cdk' },
            { 'managed by': 'aws-cdk' },
            { terraform: 'true' },
            { Terragrunt: 'yes' },
            { terraform: 'false' },
            { cloudformation: 'TRUE' },
            { managedby: 'me' },
            { 'x-managed-by': 'terraform' },
          ),
        ],
        [
          managerOfObject,
          ...of(
            marks({}),
            byAnnotation('argocd.argoproj.io/tracking-id', 'app:apps/Deployment:x'),
            byLabel('argocd.argoproj.io/instance', 'app'),
            byLabel('kustomize.toolkit.fluxcd.io/name'),
            byLabel('helm.toolkit.fluxcd.io/name'),
            byAnnotation('meta.helm.sh/release-name', 'r'),
            byLabel('app.kubernetes.io/managed-by', 'Helm'),
            byLabel('app.kubernetes.io/managed-by', 'eksctl'),
            byLabel('app.kubernetes.io/managed-by', 'Terraform'),
            byLabel('app.kubernetes.io/managed-by', 'me'),
            ...[
              'objectset.rio.cattle.io/id',
              'configsync.gke.io/x',
              'configmanagement.gke.io/x',
              'crossplane.io/x',
              'pulumi.com/x',
            ].map(key => byAnnotation(key)),
            ...[
              'argocd-controller',
              'argocd-application-controller',
              'kustomize-controller',
              'helm-controller',
              'fleetagent',
              'fleet-agent',
              'configsync.gke.io:x',
              'crossplane-x',
              'provider-helm',
              'pulumi-kubernetes-x',
              'terraform-provider-kubernetes_v2',
              'HashiCorp',
              'helm',
              'Helm',
              'eks',
              'kubectl',
            ].map(writer => marks({ writers: [writer] })),
            marks({ writers: ['helm', 'argocd-controller'] }),
            marks({ writers: ['eks'], labels: { 'app.kubernetes.io/managed-by': 'Helm' } }),
            marks({ writers: ['eks', 'helm'] }),
            marks({ writers: ['terraform'], annotations: { 'meta.helm.sh/release-name': 'r' } }),
          ),
        ],
        [
          managedInWords,
          ['Role x', { tool: 'Terraform' }],
          ['Role x', { tool: 'Helm', name: 'r' }],
          ['X', { tool: 'EKS add-on' }],
        ],
        [
          answersPods,
          ...[true, false].flatMap(enabled =>
            [1, 2].flatMap(hopLimit => [true, false].map(tokensRequired => [{ enabled, hopLimit, tokensRequired }])),
          ),
        ],
        [isOwnerKey, ...of('owner', 'Owner', 'owners')],
        [
          ownerIn,
          ...of(
            {},
            { owner: ' a ' },
            { Owner: 'b' },
            { Owner: 'b', owner: 'a' },
            { owner: ' ', OWNER: 'c' },
            { owner: '' },
          ),
        ],
        [factsOfPartition, ...of('aws', 'aws-cn', 'toString', 'x')],
        [homeRegion, ...of('aws', 'aws-cn', 'aws-us-gov', role, role.replace('aws', 'aws-cn'), 'x')],
        [partitionOf, ...of('eu-west-1', 'cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'eusc-de-east-1', 'x', '')],
        [nearFrom, ...of(100, 2048, 1, 101)],
        [isAdministrative, ...of(...roleLevels.map(level => ({ level })))],
        [assumeEventsOf, ...of(complete({ events: [1] }), withGaps({ events: [2] }, gaps), unavailable(denied))],
        [
          workingAgentsOf,
          ...of(
            { workingAgents: ['a'], userAgents: ['b'], successes: 0, failures: [] },
            { userAgents: ['b'], successes: 1, failures: [] },
            { userAgents: ['b'], successes: 0, failures: [] },
            { userAgents: ['b'], successes: 1, failures: [1] },
          ),
        ],
        [sectionName, ...of(...sectionIds)],
        [
          nameOfUnread,
          ...of(
            { section: 'roles', part: 'page 3' },
            { section: 'rule', part: 'x' },
            { section: 'rule' },
            { section: 'provider-detail', providerArn: 'p' },
            { section: 'issuer-keys', issuer: 'i' },
            { section: 'pods', providerArn: 'p' },
          ),
        ],
        [wasAsked, ...of({ reason: denied }, { reason: { kind: 'not-asked-for' } })],
        [
          isSectionBelow,
          ...pairs(sections),
          ...sectionIds.flatMap(id => [
            [id, 'account'],
            [id, 'target'],
            [id, 'rule'],
          ]),
        ],
        [
          isPlaceBelow,
          [
            { section: 'pods', accountId: '1', clusterName: 'c' },
            { section: 'inside', accountId: '1' },
          ],
          [
            { section: 'pods', accountId: '1' },
            { section: 'inside', accountId: '1', clusterName: 'c' },
          ],
          [
            { section: 'pods', accountId: '1' },
            { section: 'inside', accountId: '2' },
          ],
          [{ section: 'inside' }, { section: 'pods' }],
        ],
      ],
    )}`,
  ));
