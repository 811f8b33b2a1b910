import { complete } from '../../lib/model/collected.ts';
import type { Pod } from '../../lib/model/kubernetes.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from './example-cluster.ts';
import { aProvider, aRole, exampleIssuer, someFacts } from './example-world.ts';
import { fc } from './properties.ts';

/** Worlds with one or several faults at once: of the trust policy, the provider, the annotations. */
const host = exampleIssuer.slice('https://'.length);
const arn = `arn:aws:iam::111122223333:oidc-provider/${host}`;
const roleArn = aRole().arn;
const cart = 'system:serviceaccount:checkout:cart';

const policies = fc.record({
  subjects: fc.constantFrom<readonly string[]>(
    [cart],
    ['system:serviceaccount:Checkout:cart'],
    [`${cart} `],
    [cart, 'system:serviceaccount:gone:cart'],
    ['system:serviceaccount:checkout:carts'],
  ),
  subKey: fc.constantFrom(`${host}:sub`, `https://${host}:sub`),
  audience: fc.constantFrom('sts.amazonaws.com', undefined, 'sts.amazonaws.com.cn'),
  like: fc.boolean(),
  action: fc.constantFrom('sts:AssumeRoleWithWebIdentity', 'sts:AssumeRole'),
  second: fc.boolean(),
});

const textOf = ({
  subjects,
  subKey,
  audience,
  like,
  action,
  second,
}: typeof policies extends fc.Arbitrary<infer T> ? T : never) => {
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: arn },
    Action: action,
    Condition: {
      [like ? 'StringLike' : 'StringEquals']: {
        [subKey]: subjects,
        ...(audience === undefined ? {} : { [`${host}:aud`]: audience }),
      },
    },
  };
  const ec2 = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
  return JSON.stringify({ Version: '2012-10-17', Statement: second ? [statement, ec2] : [statement] });
};

export const faultyWorlds = fc
  .record({
    policy: policies,
    audiences: fc.constantFrom<readonly string[] | undefined>(
      ['sts.amazonaws.com'],
      ['sts.amazonaws.com '],
      [],
      undefined,
    ),
    annotation: fc.constantFrom('eks.amazonaws.com/role-arn', 'eks.amazonaws.com/role_arn'),
    value: fc.constantFrom(roleArn, roleArn.replace(':role/', ':role//')),
    pods: fc.constantFrom<readonly Pod[]>(
      [],
      [aPod()],
      [aPod({ containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] })],
      [aPod({ owner: { kind: 'StatefulSet', name: 'cart' }, serviceAccount: 'gone' })],
    ),
    second: fc.option(policies, { nil: undefined }),
  })
  .map(({ policy, audiences, annotation, value, pods, second }) =>
    someFacts({
      roles: complete([
        aRole({ trustPolicy: textOf(policy) }),
        ...(second === undefined
          ? []
          : [aRole({ name: 'other', arn: roleArn.replace('checkout-cart', 'other'), trustPolicy: textOf(second) })]),
      ]),
      providers: complete(audiences === undefined ? [] : [aProvider({ audiences })]),
      quotas: complete({ oidcProviders: 100, trustPolicyLength: 4096 }),
      clusters: complete([
        aReadCluster({
          serviceAccounts: complete([aServiceAccount({ annotations: { [annotation]: value } })]),
          pods: complete(pods),
        }),
      ]),
    }),
  );
