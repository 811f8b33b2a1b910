/** Single worlds of service accounts, their pods and the webhook in which two facts together decide: what the rules say of each, all of it. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount, aWebhook } from '../support/example-cluster.ts';
import { aCluster, aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';
import { aGap, annotatedWith, bareContainer, barePod, denied, withPods, worldOf } from '../support/in-cluster-world.ts';
import { kept, ofRole, other as otherRole, plain, volume, withOther } from './pod/worlds.ts';
import { anAssociation, aPodIdentityRole, podIdentityStatement } from './pod-identity/example-association.ts';
import { sayOf } from './say-of.ts';
import { foreignAccount, withFleet } from './service-account/worlds.ts';
import { deny, exact, policy, statement, sub } from './trust/judge.ts';

const cart = aRole().arn;
const inAccount = (arn: string): string => arn.replace('111122223333', '444455556666');
const roles = (...policies: readonly string[]) => ({
  roles: complete(policies.map((trustPolicy, at) => aRole({ trustPolicy, ...(at > 0 && { name: `role-${at}` }) }))),
});
const tested = (condition: unknown, over: Record<string, unknown> = {}) => statement({ Condition: condition, ...over });
const byAddress = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
const associated = (
  over: Parameters<typeof anAssociation>[0],
  trustPolicy: string,
  inside: Parameters<typeof aReadCluster>[0] = {},
): Facts =>
  someFacts({
    roles: complete([{ ...aPodIdentityRole(), trustPolicy }, aRole()]),
    clusters: complete([aReadCluster(inside, { podIdentity: complete([anAssociation(over)]) })]),
  });
const identityPod = (over: Parameters<typeof aPod>[0] = {}) =>
  barePod({ containers: [bareContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'] })], ...over });

test.each<readonly [rules: string, title: string, facts: () => Facts]>([
  [
    'service-account-role-missing',
    'a role of the name here, and the ARN is of another partition',
    () =>
      withFleet(
        worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': inAccount(cart).replace('arn:aws:', 'arn:aws-cn:') })),
        foreignAccount(true, true),
      ),
  ],
  [
    'service-account-role-missing',
    'a role of the name here, and the account of the ARN was asked for and not read',
    () =>
      withFleet(worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': inAccount(cart) })), {
        ...foreignAccount(false, false),
        gaps: indexOf([], ['444455556666']).gaps,
      }),
  ],
  [
    'service-account-role-missing',
    'two roles were made for the service account',
    () =>
      worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': `${cart}-gone` }), {
        roles: complete(['a', 'b'].map(name => aRole({ name }))),
      }),
  ],
  [
    'service-account-role-not-trusting, trust-condition-expired',
    'a Deny by a date and by the subject',
    () =>
      worldOf(
        annotatedWith({}),
        roles(
          policy(
            statement(),
            deny({ StringEquals: { [sub]: exact }, DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }),
          ),
        ),
      ),
  ],
  [
    'service-account-role-unannotated',
    'another names the role in vain, as far as is known',
    () =>
      worldOf(
        {
          serviceAccounts: complete([aServiceAccount({ annotations: {} }), aServiceAccount({ name: 'web' })]),
          ...withPods(barePod()),
        },
        roles(
          policy(statement(), tested({ StringEquals: { [sub]: 'system:serviceaccount:checkout:web' }, ...byAddress })),
        ),
      ),
  ],
  [
    'service-account-role-not-trusting',
    'the one that was meant has an association',
    () =>
      worldOf(
        {
          serviceAccounts: complete([aServiceAccount({ annotations: {} }), aServiceAccount({ name: 'web' })]),
          ...withPods(barePod()),
        },
        {},
        { podIdentity: complete([anAssociation()]) },
      ),
  ],
  [
    'webhook-invalid',
    'a webhook of another name on EKS',
    () => worldOf({ webhook: complete({ ...aWebhook({ rules: [] }), name: 'own-webhook', resourceVersion: '7' }) }),
  ],
  [
    'webhook-invalid',
    'a configuration of a known version',
    () =>
      worldOf(
        { webhook: complete({ ...aWebhook({ rules: [] }), resourceVersion: '7' }) },
        {},
        { cluster: aCluster({ certificateAuthority: 'LS0t' }) },
      ),
  ],
  [
    'webhook-invalid',
    'a selector for labels that no pod of one page has',
    () =>
      worldOf({
        webhook: complete(aWebhook({ objectSelector: { matchLabels: { team: 'x' }, matchExpressions: [] } })),
        pods: withGaps([aPod()], [aGap('list pods')]),
      }),
  ],
  [
    'webhook-invalid',
    'a selector for labels, and pods were not read',
    () =>
      worldOf({
        webhook: complete(aWebhook({ objectSelector: { matchLabels: { team: 'x' }, matchExpressions: [] } })),
        pods: unavailable(denied),
      }),
  ],
  [
    'pod-identity-chain-refuses-tags',
    'the tags of the association are off, and another role refuses them',
    () => associated({ sessionTags: false }, policy(podIdentityStatement())),
  ],
  [
    'pod-identity-role-not-trusting',
    'the role wants tags that the association switches off',
    () =>
      associated(
        { sessionTags: false },
        policy(
          podIdentityStatement({ Condition: { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'checkout' } } }),
        ),
      ),
  ],
  [
    'pod-identity-role-not-trusting',
    'whether the tags are on is not known',
    () => {
      const { sessionTags: _tags, ...over } = anAssociation();
      return someFacts({
        roles: complete([
          { ...aPodIdentityRole(), trustPolicy: policy(podIdentityStatement({ Action: 'sts:AssumeRole' })) },
        ]),
        clusters: complete([aReadCluster({}, { podIdentity: complete([over]) })]),
      });
    },
  ],
  [
    'pod-identity-service-account-missing',
    'no such account, and namespaces were read in part',
    () =>
      associated({ namespace: 'later' }, policy(podIdentityStatement()), {
        namespaces: withGaps([], [aGap('list namespaces')]),
      }),
  ],
  [
    'pod-container-uncovered',
    'a volume by the usual name without an annotation, of another audience',
    () => worldOf({ ...plain, ...withPods(volume('vault')) }),
  ],
  [
    'pod-container-uncovered',
    'an init container without the role',
    () => worldOf(withPods(aPod({ containers: [aContainer(), bareContainer({ name: 'setup', init: true })] }))),
  ],
  [
    'pod-role-not-trusting',
    'a role of another account that is not there',
    () =>
      withFleet(worldOf(withPods(aPod({ containers: [ofRole(inAccount(otherRole))] }))), foreignAccount(true, true)),
  ],
  [
    'pod-role-not-trusting',
    'a role that depends on the request, and an audience that the provider refuses',
    () =>
      worldOf(withPods(withOther({ volumes: [{ name: 'aws-iam-token', audience: 'vault', path: 'token' }] })), {
        roles: complete([
          aRole(),
          aRole({ name: 'other', trustPolicy: policy(tested({ StringEquals: { [sub]: exact }, ...byAddress })) }),
        ]),
      }),
  ],
  [
    'pod-role-not-trusting, pod-audience-stale, pod-container-uncovered',
    'a role that does not trust, and an audience that the provider refuses',
    () =>
      worldOf(withPods(withOther({ volumes: [{ name: 'aws-iam-token', audience: 'vault', path: 'token' }] })), {
        roles: complete([
          aRole(),
          aRole({ name: 'other', trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }) }),
        ]),
      }),
  ],
  [
    'pod-role-not-trusting',
    'the cluster’s own word on its issuer',
    () =>
      worldOf(
        withPods(withOther()),
        {
          roles: complete([
            aRole(),
            aRole({ name: 'other', trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }) }),
          ]),
        },
        { cluster: kept },
      ),
  ],
  [
    'pod-service-account-gone',
    'its namespace ends',
    () =>
      worldOf({
        serviceAccounts: complete([]),
        namespaces: complete([{ name: 'checkout', labels: {}, terminating: true }]),
      }),
  ],
  [
    'pod-service-account-gone',
    'accounts were read in part',
    () => worldOf({ serviceAccounts: withGaps([], [aGap('list serviceaccounts')]) }),
  ],
  [
    'pod-service-account-gone',
    'pods with two roles',
    () =>
      worldOf(
        {
          serviceAccounts: complete([]),
          ...withPods(aPod(), aPod({ name: 'cart-2', containers: [ofRole(otherRole)] })),
        },
        { roles: complete([aRole(), aRole({ name: 'other' })]) },
      ),
  ],
  [
    'pod-static-credentials',
    'a default profile alone',
    () =>
      worldOf(
        withPods(
          aPod({ containers: [aContainer({ awsVariables: [...aContainer().awsVariables, 'AWS_DEFAULT_PROFILE'] })] }),
        ),
      ),
  ],
  [
    'pod-static-credentials',
    'a Secret for a container without the role',
    () =>
      worldOf(
        withPods(
          aPod({
            containers: [
              aContainer(),
              bareContainer({ name: 'second', hasEnvFrom: true, environmentFrom: ['Secret keys'] }),
            ],
          }),
        ),
      ),
  ],
  [
    'pod-static-credentials',
    'keys beside Pod Identity, and the association was not described',
    () => {
      const { roleArn: _role, ...listed } = anAssociation();
      const pods = withPods(
        identityPod({
          containers: [bareContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_ACCESS_KEY_ID'] })],
        }),
      );
      return worldOf(
        { ...plain, ...pods },
        {},
        { podIdentity: withGaps([listed], [aGap('eks:DescribePodIdentityAssociation')]) },
      );
    },
  ],
])('%s: %s', (rules, _title, facts) => {
  expect(sayOf(rules, facts())).toEqual([]);
});
