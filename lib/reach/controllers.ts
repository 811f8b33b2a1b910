/**
 * Controllers that run pods, tokens or webhooks of other namespaces by design: whoever has them has the cluster, as its
 * administrators know. The names of their service accounts in their own charts and manifests, behind any release's name.
 */
const controllers = [
  // Argo CD, Workflows, Rollouts, Events (argoproj.github.io/argo-helm)
  'argocd-(?:application-controller|server|applicationset-controller)',
  'argo(?:-workflows-workflow-controller|-workflows-server|-server|-rollouts|-events-controller-manager)?',
  // Flux (fluxcd.io/flux/components), Rancher Fleet
  '(?:kustomize|helm|source|notification|image-automation|image-reflector)-controller',
  'flux-operator',
  'fleet-(?:agent|controller)',
  // Crossplane and its providers (docs.crossplane.io)
  'crossplane',
  'rbac-manager',
  '(?:upbound-)?provider-(?:family-)?(?:aws|gcp|azure|kubernetes|helm|terraform)(?:-[a-z0-9-]+)?',
  // Velero, cert-manager, External Secrets, KEDA
  'velero(?:-server)?',
  'cert-manager(?:-cainjector|-webhook)?',
  'cainjector',
  'external-secrets(?:-cert-controller|-webhook)?',
  'keda-operator',
  // Operators that make StatefulSets and Deployments
  '(?:prometheus|kube-prometheus(?:-stack)?|opentelemetry|datadog|grafana|elastic|gpu|spark|strimzi-cluster)-operator',
  '(?:postgres|rabbitmq-cluster|minio|redis|mongodb|mysql|percona-[a-z]+)-operator',
  'cnpg-manager',
  // Meshes and policy engines, which write webhooks
  'istiod(?:-[a-z0-9-]+)?',
  'linkerd-[a-z-]+',
  '(?:kyverno-)?(?:admission|background|cleanup|reports)-controller',
  'kyverno',
  'gatekeeper-admin',
  'vault(?:-agent-injector)?',
  // Pipelines
  'tekton-[a-z-]+',
  'knative-[a-z-]+',
  // Of AWS
  'karpenter',
  'aws-load-balancer-controller',
];

const known = new RegExp(`^(?:[a-z0-9.-]+-)?(?:${controllers.join('|')})$`);

/** True for the name of a service account of such a controller. */
export const isController = (serviceAccount: string): boolean => known.test(serviceAccount);
