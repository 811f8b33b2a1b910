import { complete } from '../../lib/model/collected.ts';
import type { HostFacts } from '../../lib/model/issuer.ts';
import type { KubernetesFacts } from '../../lib/model/kubernetes.ts';
import { aServiceAccount } from './example-cluster.ts';
import { aHost, anIssuer, aProvider, aRole } from './example-world.ts';
import { cart, detail, host, podsOf, roleKey, statement, trusting, world } from './whole-worlds.ts';

/** Parts of rare worlds, healthy and broken ones. */

type Json = Readonly<Record<string, unknown>>;

export const aud = { [`${host}:aud`]: 'sts.amazonaws.com' };

/** The account whose role has this whole document as its trust policy. */
export const withPolicy = (document: unknown) =>
  world({}, { roles: complete([aRole({ detail: detail(), trustPolicy: JSON.stringify(document) })]) });

/** The account with a second role, of these statements. */
export const besideRole = (name: string, ...statements: readonly unknown[]) =>
  world(
    {},
    {
      roles: complete([
        aRole({ detail: detail() }),
        aRole({
          name,
          detail: detail(),
          trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
        }),
      ]),
    },
  );

/** The account whose role tests the subject so. */
export const sub = (value: unknown, operator = 'StringEquals') =>
  trusting([
    statement(
      operator === 'StringEquals'
        ? { StringEquals: { ...aud, [`${host}:sub`]: value } }
        : { StringEquals: aud, [operator]: { [`${host}:sub`]: value } },
    ),
  ]);

/** The account whose service account has this annotation, and no pods. */
export const named = (roleArn: string) =>
  world({ serviceAccounts: complete([aServiceAccount({ annotations: { [roleKey]: roleArn } })]), ...podsOf() });

/** A statement for EKS Pod Identity. */
export const identity = (over: Json = {}): Json => ({
  Effect: 'Allow',
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  ...over,
});

/** The account whose service account has its role by an association alone. */
export const identityWorld = (
  pods: Partial<KubernetesFacts>,
  trust: Json,
  addons: readonly string[] = ['eks-pod-identity-agent'],
) =>
  world(
    { ...pods, serviceAccounts: complete([aServiceAccount({ annotations: {} })]) },
    {
      roles: complete([
        aRole({ detail: detail(), trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }) }),
      ]),
    },
    {
      podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: cart }]),
      addons: complete(addons.map(name => ({ name }))),
    },
  );

/** The account with a second issuer that is not of EKS, its provider and a role for one service account of it. */
export const selfManaged = (issuer: string, thumbprints: readonly string[], trust: HostFacts['trust']) => {
  const key = issuer.slice('https://'.length);
  const provider = aProvider({ issuer, audiences: ['amazonaws.com'], thumbprints });
  const tests = { [`${key}:sub`]: 'system:serviceaccount:shop:web', [`${key}:aud`]: 'amazonaws.com' };
  const policy = statement({ StringEquals: tests }, { Principal: { Federated: provider.arn } });
  return world(
    {},
    {
      settings: { inCluster: true, registeredIssuers: [issuer] },
      providers: complete([aProvider(), provider]),
      issuers: [
        anIssuer(),
        anIssuer({ url: issuer, host: complete({ ...aHost({ host: new URL(issuer).host }), trust }) }),
      ],
      roles: complete([
        aRole({ detail: detail() }),
        aRole({
          name: 'web',
          detail: detail(),
          trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [policy] }),
        }),
      ]),
    },
  );
};
