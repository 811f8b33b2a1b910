/** Healthy worlds after charts, add-ons and guides: nothing above info may be said of any. */

import type { Facts } from '../../lib/facts/facts.ts';
import { complete } from '../../lib/model/collected.ts';
import { aPod } from '../support/example-cluster.ts';
import {
  account,
  addon,
  agent,
  agentAddon,
  arn,
  association,
  bareContainer,
  byAddon,
  byHelm,
  described,
  forPods,
  host,
  identityPod,
  injected,
  of,
  pod,
  policyOf,
  role,
  statement,
  subject,
  trusting,
} from './described.ts';

export const healthyWorlds: readonly {
  readonly source: string;
  readonly cause: string;
  readonly facts: () => Facts;
}[] = [
  {
    source: 'external-dns chart',
    cause: 'two releases, public and private zones, a role each',
    facts: () =>
      described({
        accounts: [
          account('dns', 'external-dns-public', 'dns-public', byHelm('public')),
          account('dns', 'external-dns-private', 'dns-private', byHelm('private')),
        ],
        pods: [pod('dns', 'external-dns-public', 'dns-public'), pod('dns', 'external-dns-private', 'dns-private')],
        roles: [
          role('dns-public', trusting(subject('dns', 'external-dns-public'))),
          role('dns-private', trusting(subject('dns', 'external-dns-private'))),
        ],
      }),
  },
  {
    source: 'EFS add-on by the AWS docs',
    cause: 'StringLike efs-csi-* in kube-system, both accounts annotated',
    facts: () =>
      described({
        accounts: [
          account('kube-system', 'efs-csi-controller-sa', 'AmazonEKS_EFS_CSI_DriverRole', byAddon),
          account('kube-system', 'efs-csi-node-sa', 'AmazonEKS_EFS_CSI_DriverRole', byAddon),
        ],
        pods: [
          pod(
            'kube-system',
            'efs-csi-controller-sa',
            'AmazonEKS_EFS_CSI_DriverRole',
            of('Deployment', 'efs-csi-controller'),
          ),
          pod('kube-system', 'efs-csi-node-sa', 'AmazonEKS_EFS_CSI_DriverRole', {
            ...of('DaemonSet', 'efs-csi-node'),
            hostNetwork: true,
          }),
        ],
        roles: [
          role(
            'AmazonEKS_EFS_CSI_DriverRole',
            policyOf(
              statement({
                Condition: {
                  StringLike: {
                    [`${host}:sub`]: 'system:serviceaccount:kube-system:efs-csi-*',
                    [`${host}:aud`]: 'sts.amazonaws.com',
                  },
                },
              }),
            ),
          ),
        ],
        cluster: { addons: complete([addon('aws-efs-csi-driver', { roleArn: arn('AmazonEKS_EFS_CSI_DriverRole') })]) },
      }),
  },
  {
    source: 'EBS add-on by Pod Identity',
    cause: 'association of the add-on, node account without a role',
    facts: () =>
      described({
        accounts: [
          account('kube-system', 'ebs-csi-controller-sa', undefined, byAddon),
          account('kube-system', 'ebs-csi-node-sa', undefined, byAddon),
          account('kube-system', 'eks-pod-identity-agent'),
        ],
        pods: [
          identityPod('kube-system', 'ebs-csi-controller-sa', of('Deployment', 'ebs-csi-controller')),
          pod('kube-system', 'ebs-csi-node-sa', undefined, of('DaemonSet', 'ebs-csi-node')),
          agent,
        ],
        roles: [role('ebs', forPods)],
        cluster: {
          addons: complete([addon('aws-ebs-csi-driver', { hasPodIdentity: true }), agentAddon]),
          podIdentity: complete([association('kube-system', 'ebs-csi-controller-sa', 'ebs')]),
        },
      }),
  },
  {
    source: 'Terraform makes associations ahead',
    cause: 'namespace comes with the application, later',
    facts: () =>
      described({
        accounts: [account('kube-system', 'eks-pod-identity-agent')],
        pods: [agent],
        roles: [role('pi', forPods)],
        cluster: { addons: complete([agentAddon]), podIdentity: complete([association('payments', 'payments', 'pi')]) },
      }),
  },
  {
    source: 'spark operator',
    cause: 'driver and executors as spark, operator without a role',
    facts: () =>
      described({
        accounts: [
          account('spark-operator', 'spark-operator-controller', undefined, byHelm('spark-operator')),
          account('jobs', 'spark', 'spark'),
          account('jobs', 'default'),
        ],
        pods: [
          pod('spark-operator', 'spark-operator-controller'),
          pod('jobs', 'spark', 'spark', { ...of('SparkApplication', 'pi'), name: 'pi-driver' }),
          pod('jobs', 'spark', 'spark', { ...of('Pod', 'pi-driver'), name: 'pi-exec-1' }),
        ],
        roles: [role('spark', trusting(subject('jobs', 'spark')))],
      }),
  },
  {
    source: 'crossplane upjet family',
    cause: 'StringLike provider-aws-* and several providers',
    facts: () =>
      described({
        accounts: [
          account('crossplane-system', 'provider-aws-s3-6f461b0ba11f', 'crossplane'),
          account('crossplane-system', 'provider-aws-iam-e22db03fbdbb', 'crossplane'),
          account('crossplane-system', 'crossplane'),
        ],
        pods: [
          pod('crossplane-system', 'provider-aws-s3-6f461b0ba11f', 'crossplane'),
          pod('crossplane-system', 'provider-aws-iam-e22db03fbdbb', 'crossplane'),
          pod('crossplane-system', 'crossplane'),
        ],
        roles: [
          role(
            'crossplane',
            policyOf(
              statement({
                Condition: {
                  StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' },
                  StringLike: { [`${host}:sub`]: 'system:serviceaccount:crossplane-system:provider-aws-*' },
                },
              }),
            ),
          ),
        ],
      }),
  },
  {
    source: 'loki chart, simple scalable',
    cause: 'one account for read, write and backend; canary and gateway without',
    facts: () =>
      described({
        accounts: [
          account('loki', 'loki', 'loki', byHelm('loki')),
          account('loki', 'loki-canary', undefined, byHelm('loki')),
        ],
        pods: [
          pod('loki', 'loki', 'loki', of('StatefulSet', 'loki-write')),
          pod('loki', 'loki', 'loki', of('Deployment', 'loki-read')),
          pod('loki', 'loki', 'loki', of('StatefulSet', 'loki-backend')),
          pod('loki', 'loki', 'loki', of('Deployment', 'loki-gateway')),
          pod('loki', 'loki-canary', undefined, of('DaemonSet', 'loki-canary')),
        ],
        roles: [role('loki', trusting(subject('loki', 'loki')))],
      }),
  },
  {
    source: 'velero chart',
    cause: 'useSecret false, node-agent with the same account',
    facts: () =>
      described({
        accounts: [account('velero', 'velero-server', 'velero', byHelm('velero'))],
        pods: [
          pod('velero', 'velero-server', 'velero', of('Deployment', 'velero')),
          pod('velero', 'velero-server', 'velero', of('DaemonSet', 'node-agent')),
        ],
        roles: [role('velero', trusting(subject('velero', 'velero-server')))],
      }),
  },
  {
    source: 'argo-cd central',
    cause: 'three accounts of one role, repo-server without',
    facts: () =>
      described({
        accounts: [
          account('argocd', 'argocd-server', 'argocd'),
          account('argocd', 'argocd-application-controller', 'argocd'),
          account('argocd', 'argocd-applicationset-controller', 'argocd'),
          account('argocd', 'argocd-repo-server'),
          account('argocd', 'argocd-dex-server'),
        ],
        pods: [
          pod('argocd', 'argocd-server', 'argocd'),
          pod('argocd', 'argocd-application-controller', 'argocd', of('StatefulSet', 'argocd-application-controller')),
          pod('argocd', 'argocd-applicationset-controller', 'argocd'),
          pod('argocd', 'argocd-repo-server'),
          pod('argocd', 'argocd-dex-server'),
        ],
        roles: [
          role(
            'argocd',
            JSON.stringify({
              Version: '2012-10-17',
              Statement: [
                JSON.parse(
                  trusting(
                    subject('argocd', 'argocd-server'),
                    subject('argocd', 'argocd-application-controller'),
                    subject('argocd', 'argocd-applicationset-controller'),
                  ),
                ).Statement[0],
                { Effect: 'Allow', Principal: { AWS: arn('argocd') }, Action: 'sts:AssumeRole' },
              ],
            }),
          ),
        ],
      }),
  },
  {
    source: 'istio and datadog sidecars',
    cause: 'sidecars injected later, no variables',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web')],
        pods: [
          pod('apps', 'web', undefined, {
            containers: [
              injected('web'),
              bareContainer({ name: 'istio-proxy' }),
              bareContainer({ name: 'istio-init', init: true }),
            ],
            volumes: aPod().volumes,
          }),
        ],
        roles: [role('web', trusting(subject('apps', 'web')))],
      }),
  },
  {
    source: 'migration to Pod Identity in progress',
    cause: 'role trusts both; old pods by IRSA, new by association',
    facts: () =>
      described({
        accounts: [account('apps', 'web', 'web'), account('kube-system', 'eks-pod-identity-agent')],
        pods: [identityPod('apps', 'web'), agent],
        roles: [
          role(
            'web',
            JSON.stringify({
              Version: '2012-10-17',
              Statement: [JSON.parse(trusting(subject('apps', 'web'))).Statement[0], JSON.parse(forPods).Statement[0]],
            }),
          ),
        ],
        cluster: { addons: complete([agentAddon]), podIdentity: complete([association('apps', 'web', 'web')]) },
      }),
  },
  {
    source: 'Fargate with IRSA',
    cause: 'load balancer controller on Fargate',
    facts: () =>
      described({
        accounts: [account('kube-system', 'aws-load-balancer-controller', 'lbc')],
        pods: [pod('kube-system', 'aws-load-balancer-controller', 'lbc', { onFargate: true })],
        roles: [role('lbc', trusting(subject('kube-system', 'aws-load-balancer-controller')))],
      }),
  },
  {
    source: 'ESO with stores per team',
    cause: 'operator without a role, team accounts annotated and without pods',
    facts: () =>
      described({
        accounts: [
          account('external-secrets', 'external-secrets', undefined, byHelm('external-secrets')),
          account('external-secrets', 'external-secrets-webhook', undefined, byHelm('external-secrets')),
          account('team-a', 'secrets-reader', 'team-a'),
          account('team-a', 'default'),
          account('team-b', 'secrets-reader', 'team-b'),
        ],
        pods: [
          pod('external-secrets', 'external-secrets'),
          pod('external-secrets', 'external-secrets-webhook'),
          pod('team-a', 'default', undefined, of('Deployment', 'web')),
        ],
        roles: [
          role('team-a', trusting(subject('team-a', 'secrets-reader'))),
          role('team-b', trusting(subject('team-b', 'secrets-reader'))),
        ],
      }),
  },
  {
    source: 'KEDA',
    cause: 'operator with a role, workload accounts with theirs',
    facts: () =>
      described({
        accounts: [
          account('keda', 'keda-operator', 'keda', byHelm('keda')),
          account('keda', 'keda-metrics-server', undefined, byHelm('keda')),
          account('keda', 'keda-webhook', undefined, byHelm('keda')),
          account('apps', 'worker', 'worker'),
        ],
        pods: [
          pod('keda', 'keda-operator', 'keda'),
          pod('keda', 'keda-metrics-server'),
          pod('keda', 'keda-webhook'),
          pod('apps', 'worker', 'worker'),
        ],
        roles: [
          role('keda', trusting(subject('keda', 'keda-operator'))),
          role(
            'worker',
            JSON.stringify({
              Version: '2012-10-17',
              Statement: [
                JSON.parse(trusting(subject('apps', 'worker'))).Statement[0],
                { Effect: 'Allow', Principal: { AWS: arn('keda') }, Action: 'sts:AssumeRole' },
              ],
            }),
          ),
        ],
      }),
  },
  {
    source: 'airflow chart',
    cause: 'scheduler, triggerer, webserver and workers annotated with one role',
    facts: () =>
      described({
        accounts: ['scheduler', 'triggerer', 'webserver', 'worker']
          .map(c => account('airflow', `airflow-${c}`, 'airflow', byHelm('airflow')))
          .concat([
            account('airflow', 'airflow-redis', undefined, byHelm('airflow')),
            account('airflow', 'airflow-statsd', undefined, byHelm('airflow')),
          ]),
        pods: ['scheduler', 'triggerer', 'webserver', 'worker']
          .map(c => pod('airflow', `airflow-${c}`, 'airflow'))
          .concat([pod('airflow', 'airflow-redis'), pod('airflow', 'airflow-statsd')]),
        roles: [
          role(
            'airflow',
            trusting(...['scheduler', 'triggerer', 'webserver', 'worker'].map(c => subject('airflow', `airflow-${c}`))),
          ),
        ],
      }),
  },
  {
    source: 'cert-manager cross account',
    cause: 'ClusterIssuer names a role of another account that is not audited',
    facts: () =>
      described({
        accounts: [account('cert-manager', 'cert-manager', 'cm')],
        pods: [pod('cert-manager', 'cert-manager', 'cm', { controller: { name: 'cert-manager' } })],
        roles: [role('cm', trusting(subject('cert-manager', 'cert-manager')))],
        inside: {
          controllerRoles: complete([
            {
              controller: 'cert-manager',
              namedBy: 'ClusterIssuer letsencrypt',
              roleArn: 'arn:aws:iam::999900001111:role/dns',
              by: 'role',
            },
          ]),
        },
      }),
  },
];
