/** A service account and its role in each form that people write. */
import type { Pair } from './pair.ts';
import type { Files } from './role-forms.ts';

const key = 'eks.amazonaws.com/role-arn';

const manifest = ({ namespace, name, roleArn }: Pair): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\n  annotations:\n    ${key}: ${roleArn}\n`;

const deployment = ({ namespace, name }: Pair): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\nspec:\n  selector:\n    matchLabels: {app: ${name}}\n  template:\n    metadata:\n      labels: {app: ${name}}\n    spec:\n      serviceAccountName: ${name}\n      containers:\n      - {name: app, image: app}\n`;

const indented = (text: string, by: string): string =>
  text
    .split('\n')
    .map(line => (line === '' ? line : `${by}${line}`))
    .join('\n');

const values = ({ name, roleArn }: Pair): string =>
  `serviceAccount:\n  create: true\n  name: ${name}\n  annotations:\n    ${key}: ${roleArn}\n`;

const release = (pair: Pair, inside: string): Files => ({
  'release.tf': `resource "helm_release" "app" {\n  name = "${pair.name}"\n  chart = "app"\n  namespace = "${pair.namespace}"\n${inside}}\n`,
});

const metadata = ({ namespace, name }: Pair): string => `    name = "${name}"\n    namespace = "${namespace}"\n`;

const terraform = (pair: Pair, role: string): Files => ({
  'account.tf': `resource "kubernetes_service_account" "app" {\n  metadata {\n${metadata(pair)}    annotations = {\n      "${key}" = ${role}\n    }\n  }\n}\n`,
});

/** Forms of which lint knows namespace, name and role: a pair with one of them is judged. */
export const wholeForms: Readonly<Record<string, (pair: Pair) => Files>> = {
  'a manifest': pair => ({ 'account.yaml': manifest(pair) }),
  'a rendered chart': pair => ({
    'account.yaml': `---\n# Source: app/templates/sa.yaml\n${manifest(pair)}---\n${deployment(pair)}`,
  }),
  'a List': pair => ({
    'account.yaml': `apiVersion: v1\nkind: List\nitems:\n- ${indented(manifest(pair), '  ').trimStart()}`,
  }),
  kubernetes_service_account: pair => terraform(pair, `"${pair.roleArn}"`),
  'a namespace of a resource': pair => ({
    'account.tf': `${terraform({ ...pair, namespace: 'NS' }, `"${pair.roleArn}"`)['account.tf']?.replace('"NS"', 'kubernetes_namespace.app.metadata[0].name')}resource "kubernetes_namespace" "app" {\n  metadata {\n    name = "${pair.namespace}"\n  }\n}\n`,
  }),
  kubernetes_manifest: ({ namespace, name, roleArn }) => ({
    'account.tf': `resource "kubernetes_manifest" "app" {\n  manifest = {\n    apiVersion = "v1"\n    kind = "ServiceAccount"\n    metadata = { name = "${name}", namespace = "${namespace}", annotations = { "${key}" = "${roleArn}" } }\n  }\n}\n`,
  }),
  kubectl_manifest: pair => ({
    'account.tf': `resource "kubectl_manifest" "app" {\n  yaml_body = <<-YAML\n${indented(manifest(pair), '    ')}  YAML\n}\n`,
  }),
  'a manifest that a local_file has': pair => ({
    'account.tf': `resource "local_file" "app" {\n  filename = "app.yaml"\n  content = <<-YAML\n${indented(manifest(pair), '    ')}  YAML\n}\n`,
  }),
  'a template of a manifest that a local_file has': pair => ({
    'account.tf': `resource "local_file" "app" {\n  filename = "app.yaml"\n  content = templatefile("account.yaml.tpl", { role_arn = "${pair.roleArn}" })\n}\n`,
    'account.yaml.tpl': manifest({ ...pair, roleArn: '${role_arn}' }),
  }),
  eksctl: ({ namespace, name, roleArn, region }) => ({
    'cluster.yaml': `apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: c, region: ${region}}\niam:\n  withOIDC: true\n  serviceAccounts:\n  - metadata: {name: ${name}, namespace: ${namespace}}\n    attachRoleARN: ${roleArn}\n`,
  }),
  Kustomize: pair => ({
    'base/account.yaml': manifest(pair).replace(`  namespace: ${pair.namespace}\n`, ''),
    'base/kustomization.yaml': 'resources: [account.yaml]\n',
    'overlays/one/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: ${pair.namespace}\nresources: [../../base]\n`,
  }),
  'Kustomize over another namespace': pair => ({
    'base/account.yaml': manifest({ ...pair, namespace: 'base' }),
    'base/kustomization.yaml': 'resources:\n- account.yaml\n',
    'overlays/one/kustomization.yaml': `namespace: ${pair.namespace}\nresources:\n- ../../base\n`,
  }),
};

/** Forms in which part of the service account is decided elsewhere: its role is looked at, the pair is not. */
export const partialForms: Readonly<Record<string, (pair: Pair) => Files>> = {
  'values of a chart': pair => ({ 'values.yaml': values(pair) }),
  'helm_release with set': pair =>
    release(
      pair,
      `  set {\n    name = "serviceAccount.annotations.eks\\\\.amazonaws\\\\.com/role-arn"\n    value = "${pair.roleArn}"\n  }\n`,
    ),
  'helm_release with values': ({ ...pair }) =>
    release(
      pair,
      `  values = [yamlencode({ serviceAccount = { name = "${pair.name}", annotations = { "${key}" = "${pair.roleArn}" } } })]\n`,
    ),
  'helm_release with a heredoc': pair =>
    release(pair, `  values = [<<-EOT\n${indented(values(pair), '    ')}  EOT\n  ]\n`),
  'a patch of Kustomize': pair => ({
    'kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [base]\npatches:\n- patch: |-\n${indented(manifest(pair), '    ')}`,
  }),
  'a JSON patch of Kustomize': pair => ({
    'kustomization.yaml': `kind: Kustomization\nresources: [base]\npatches:\n- target: {kind: ServiceAccount, name: ${pair.name}}\n  patch: |-\n    - op: add\n      path: /metadata/annotations/eks.amazonaws.com~1role-arn\n      value: ${pair.roleArn}\n`,
  }),
  'a HelmRelease of Flux': pair => ({
    'release.yaml': `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: ${pair.name}, namespace: ${pair.namespace}}\nspec:\n  values:\n${indented(values(pair), '    ')}`,
  }),
  'an Application of Argo': pair => ({
    'app.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${pair.name}, namespace: argocd}\nspec:\n  destination: {namespace: ${pair.namespace}}\n  source:\n    helm:\n      valuesObject:\n${indented(values(pair), '        ')}`,
  }),
  'an Application with a text of values': pair => ({
    'app.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${pair.name}, namespace: argocd}\nspec:\n  source:\n    helm:\n      values: |\n${indented(values(pair), '        ')}`,
  }),
  'a DeploymentRuntimeConfig': ({ name, roleArn }) => ({
    'runtime.yaml': `apiVersion: pkg.crossplane.io/v1beta1\nkind: DeploymentRuntimeConfig\nmetadata: {name: ${name}}\nspec:\n  serviceAccountTemplate:\n    metadata:\n      annotations:\n        ${key}: ${roleArn}\n`,
  }),
  kubernetes_annotations: ({ namespace, name, roleArn }) => ({
    'account.tf': `resource "kubernetes_annotations" "app" {\n  api_version = "v1"\n  kind = "ServiceAccount"\n  metadata {\n    name = "${name}"\n    namespace = "${namespace}"\n  }\n  annotations = { "${key}" = "${roleArn}" }\n}\n`,
  }),
  // The service account of an add-on that AWS documents is known, and may be another than the pair's.
  aws_eks_addon: ({ roleArn }) => ({
    'addon.tf': `resource "aws_eks_addon" "cost" {\n  cluster_name = "c"\n  addon_name = "kubecost_kubecost"\n  service_account_role_arn = "${roleArn}"\n}\n`,
  }),
};
