/** Forms of the pods of a service account. */
import type { Pod, PodContainer } from '../../../lib/model/kubernetes.ts';
import { aContainer, aPod } from '../example-cluster.ts';
import { aRole } from '../example-world.ts';
import { bareContainer, barePod } from '../in-cluster-world.ts';
import { identityPod } from '../whole-worlds.ts';

const key = 'eks.amazonaws.com/role-arn';
const role = aRole().arn;

const environment = aContainer().irsaEnvironment;
const tokenFile = 'AWS_WEB_IDENTITY_TOKEN_FILE';
const podOf = (container: Partial<PodContainer>, over: Partial<Pod> = {}): Pod =>
  aPod({ containers: [aContainer(container)], ...over });
const pointingAt = (file: string, over: Partial<PodContainer> = {}, pod: Partial<Pod> = {}): Pod =>
  podOf({ irsaEnvironment: { ...environment, [tokenFile]: file }, ...over }, pod);
const both = aContainer().awsVariables;
const secondPod = (over: Partial<Pod> = {}): Pod =>
  aPod({ name: 'cart-6b', createdAt: '2026-10-02T10:00:00Z', ...over });
const regional = { ...environment, AWS_STS_REGIONAL_ENDPOINTS: 'regional', AWS_REGION: 'eu-west-1' };
const whole = podOf({ irsaEnvironment: regional, awsVariables: Object.keys(regional) });
const ownAudience = { name: 'own', audience: 'vault', path: 'token' };
const { owner: _owner, ...naked } = barePod({ name: 'cart-by-hand' });

/** Pods of the service account, by what is true of them. */
export const podForms: Readonly<Record<string, readonly Pod[]>> = {
  injected: [aPod()],
  'not injected': [barePod()],
  'not injected, pending': [barePod({ phase: 'Pending' })],
  'that have ended': [barePod({ phase: 'Succeeded' }), barePod({ name: 'cart-9', phase: 'Failed' })],
  'of a rollout to another service account': [barePod(), barePod({ name: 'cart-9', serviceAccount: 'web' })],
  'not injected, of no owner': [naked],
  'not injected beside a newer one that is': [barePod(), secondPod()],
  'injected before one that is not': [aPod(), barePod({ name: 'web-1', createdAt: '2026-10-30T10:00:00Z' })],
  'not injected, new': [
    barePod({ createdAt: '2026-10-20T10:00:30Z' }),
    { ...naked, createdAt: '2026-10-20T09:00:00Z' },
  ],
  'opted out': [barePod({ labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': 'true' } })],
  'opted out by false': [barePod({ labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': 'false' } })],
  'access keys': [podOf({ awsVariables: [...both, 'AWS_ACCESS_KEY_ID', 'AWS_PROFILE'] })],
  'a profile': [podOf({ awsVariables: [...both, 'AWS_PROFILE'] }), secondPod()],
  'a file of credentials': [podOf({ mounts: { ...aContainer().mounts, aws: '/root/.aws/credentials' } })],
  'a file of configuration': [podOf({ awsVariables: [...both, 'AWS_CONFIG_FILE'] })],
  'variables of a ConfigMap': [
    podOf({
      awsVariables: [...both, 'AWS_ACCESS_KEY_ID'],
      fromConfigMaps: { AWS_ACCESS_KEY_ID: 'settings' },
      hasEnvFrom: true,
      environmentFrom: ['ConfigMap settings', 'Secret keys'],
    }),
  ],
  'a Secret': [podOf({ hasEnvFrom: true, environmentFrom: ['Secret keys'] })],
  'the role of before': [podOf({ irsaEnvironment: { ...environment, AWS_ROLE_ARN: role.replace('cart', 'old') } })],
  'the whole form of EKS': [whole],
  'the whole form of EKS and another': [whole, secondPod()],
  'two roles': [
    aPod({
      containers: [
        aContainer({ irsaEnvironment: { ...environment, AWS_ROLE_ARN: role.replace('cart', 'old') } }),
        aContainer({ name: 'second' }),
      ],
    }),
  ],
  'the role alone': [podOf({ awsVariables: ['AWS_ROLE_ARN'], irsaEnvironment: { AWS_ROLE_ARN: role }, mounts: {} })],
  'no mount': [podOf({ mounts: {} })],
  'a container without': [aPod({ containers: [aContainer(), bareContainer({ name: 'sidecar' })] })],
  'a container of a mesh without': [aPod({ containers: [aContainer(), bareContainer({ name: 'istio-proxy' })] })],
  'a container that is skipped': [
    aPod({
      containers: [aContainer(), bareContainer({ name: 'sidecar' })],
      annotations: { 'eks.amazonaws.com/skip-containers': 'sidecar' },
    }),
  ],
  'the token of the API': [pointingAt('/var/run/secrets/kubernetes.io/serviceaccount/token')],
  'a token of another audience': [
    pointingAt('/tokens/token', { mounts: { own: '/tokens' } }, { volumes: [ownAudience] }),
  ],
  'a token that is not there': [pointingAt('/var/run/secrets/eks.amazonaws.com/serviceaccount/tokens')],
  'a volume of its own': [aPod({ volumes: [] })],
  'EKS Pod Identity': [identityPod()],
  'both ways': [
    aPod({
      containers: [aContainer({ awsVariables: [...both, 'AWS_CONTAINER_CREDENTIALS_FULL_URI'] })],
      volumes: [...aPod().volumes, ...identityPod().volumes],
    }),
  ],
  'another user': [aPod({ runAsUser: 1000, runAsNonRoot: true })],
  'on Fargate': [barePod({ onFargate: true }), secondPod({ onFargate: true })],
  'on Windows, with odd options': [
    podOf(
      { irsaEnvironment: { ...environment, AWS_STS_REGIONAL_ENDPOINTS: 'legacy' } },
      { isWindows: true, annotations: { 'eks.amazonaws.com/token-expiration': 'x' } },
    ),
  ],
  'of another service account': [
    barePod({ serviceAccount: 'web', owner: { kind: 'Deployment', name: 'cart' } }),
    barePod({ name: 'x', namespace: 'kube-system' }),
  ],
  'of default, of no owner': [{ ...naked, name: 'cart', serviceAccount: 'default' }],
  'annotated itself': [barePod({ annotations: { [key]: role }, serviceAccount: 'default' })],
  'that assume another role': [podOf({ assumesRole: role.replace('checkout-cart', 'second') })],
  'a role of another account': [
    podOf({ irsaEnvironment: { ...environment, AWS_ROLE_ARN: role.replace('111122223333', '444455556666') } }),
  ],
  'managed by others': [
    barePod({ managedBy: { tool: 'Argo CD', name: 'cart' }, createdAt: '2026-01-01T10:00:00Z' }),
    barePod({ name: 'job-1', owner: { kind: 'Job', name: 'job' }, managedBy: { tool: 'Flux' } }),
  ],
  none: [],
};
