import { complete } from '../../../lib/model/collected.ts';
import { aPod } from '../../support/example-cluster.ts';
import { aCluster, exampleIssuer } from '../../support/example-world.ts';
import { refused, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { anAssociation } from '../pod-identity/example-association.ts';
import { byKubeconfig, described, nobody, partlyRead, run, without } from './worlds.ts';

run('webhook-missing', [
  ['reports a cluster of EKS', without(aCluster()), ['critical missing']],
  [
    'does not know the webhook of a self-hosted cluster',
    without(byKubeconfig({ endpoint: 'https://api.kops.example' })),
    ['unknown ambiguous'],
  ],
  ['does not know the webhook of a cluster of which nothing is known', without(byKubeconfig()), ['unknown ambiguous']],
  [
    'does not take an issuer in S3 for one of EKS',
    without(byKubeconfig({ issuer: 'https://oidc.s3.eu-west-1.amazonaws.com' })),
    ['unknown ambiguous'],
  ],
  [
    'takes an issuer of EKS for a cluster of EKS',
    without(byKubeconfig({ issuer: exampleIssuer })),
    ['critical missing'],
  ],
  [
    'takes an announced issuer of EKS too',
    without(byKubeconfig(), { issuer: complete(exampleIssuer) }),
    ['critical missing'],
  ],
  [
    'takes an endpoint of EKS',
    without(byKubeconfig({ endpoint: 'https://AB.gr7.eu-west-1.eks.amazonaws.com' })),
    ['critical missing'],
  ],
  [
    'takes an endpoint of EKS in China',
    without(byKubeconfig({ endpoint: 'https://AB.yl4.cn-north-1.eks.amazonaws.com.cn' })),
    ['critical missing'],
  ],
  ['takes a kubeconfig that names the ARN', without(described), ['critical missing']],
  [
    'does not report a cluster in which a pod was injected a minute ago: its webhook has another name',
    without(aCluster(), withPods(aPod({ createdAt: '2026-11-01T05:59:00Z' }))),
    ['unknown ambiguous'],
  ],
  [
    'reports it at once where all configurations were listed and none is called for new pods',
    without(aCluster(), { ...withPods(aPod({ createdAt: '2026-11-01T05:59:00Z' })), nothingInjects: true }),
    ['critical missing'],
  ],
  [
    'reports a self-hosted cluster too where nothing is called for new pods',
    without(byKubeconfig({ endpoint: 'https://api.kops.example' }), { nothingInjects: true }),
    ['critical missing'],
  ],
  [
    'reports a cluster whose roles are by associations alone',
    worldOf({ ...nobody, webhook: complete(undefined) }, {}, { podIdentity: complete([anAssociation()]) }),
    ['critical missing'],
  ],
  [
    'does not apply where the associations are of service accounts that do not exist',
    worldOf(
      { ...nobody, webhook: complete(undefined) },
      {},
      { podIdentity: complete([anAssociation({ namespace: 'fulfilment', serviceAccount: 'picker' })]) },
    ),
    [],
  ],
  ['is unknown where RBAC refuses the configuration', worldOf({ webhook: refused }), ['unknown unread']],
  ['is unknown while it is open whether anybody has a role', without(aCluster(), partlyRead), ['unknown unread']],
  [
    'is unknown while it is open whether the service account of an association exists',
    worldOf({ ...partlyRead, webhook: complete(undefined) }, {}, { podIdentity: complete([anAssociation()]) }),
    ['unknown unread'],
  ],
  ['does not apply where no service account has a role', without(aCluster(), nobody), []],
]);
