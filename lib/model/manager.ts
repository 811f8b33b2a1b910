/** Who manages a resource or an object: what is changed beside that tool, its next run overwrites. */

/** Tools that write a desired state again and again, as people call them. */
export const managingTools = [
  ...(['Terraform', 'CloudFormation', 'eksctl', 'Helm', 'EKS add-on', 'Argo CD', 'Flux'] as const),
  ...(['Fleet', 'Config Sync', 'Crossplane', 'Pulumi'] as const),
] as const;

/** The tool, with its own name of what it manages (a stack, a release, an application) where that is known. */
export interface Manager {
  readonly tool: (typeof managingTools)[number];
  readonly name?: string;
}

const manager = (tool: Manager['tool'], name?: string): Manager => (name ? { tool, name } : { tool });

const eksctlTags = ['alpha.eksctl.io/cluster-name', 'eksctl.cluster.k8s.io/v1alpha1/cluster-name'];

/** The manager of a resource of AWS, by its tags: those that tools set themselves, and those by which people say it. */
export const managerByTags = (tags: Readonly<Record<string, string>>): Manager | undefined => {
  if (eksctlTags.some(key => Object.hasOwn(tags, key)))
    return manager('eksctl', tags['alpha.eksctl.io/iamserviceaccount-name']);
  const stack = tags['aws:cloudformation:stack-name'];
  if (stack !== undefined) return manager('CloudFormation', stack);
  for (const [key, value] of Object.entries(tags)) {
    const said = /^(?:managed|provisioned)[-_ ]?by$/i.test(key) ? value : /^(?:true|yes)$/i.test(value) ? key : '';
    if (/^(?:terraform|opentofu|terragrunt)$/i.test(said)) return manager('Terraform');
    if (/^(?:aws[-_ ]?)?(?:cdk|cloudformation)$/i.test(said)) return manager('CloudFormation');
  }
  return undefined;
};

/** The parts of an object of Kubernetes that tell who manages it. `writers`: the names of its field managers. */
export interface ObjectMarks {
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly writers: readonly string[];
}

/** Names of field managers (metadata.managedFields) by which tools write, those first that render charts or manifests of others. */
const writersOf: readonly (readonly [Manager['tool'], RegExp])[] = [
  ['Argo CD', /^argocd-(?:application-)?controller$/],
  ['Flux', /^(?:kustomize|helm)-controller$/],
  ['Fleet', /^fleet-?agent$/],
  ['Config Sync', /^configsync(?:\.gke\.io)?(?::|$)/],
  ['Crossplane', /^(?:crossplane(?:-|$)|apiextensions\.crossplane\.io\/|provider-(?:kubernetes|helm)$)/],
  ['Pulumi', /^pulumi-kubernetes(?:-|$)/],
  ['Terraform', /^(?:terraform(?:-provider-.*)?|hashicorp)$/i],
  ['Helm', /^helm$/i],
  ['EKS add-on', /^eks$/],
];

/** Keys of annotations that a tool writes to what it manages. */
const marksOf: readonly (readonly [Manager['tool'], RegExp])[] = [
  ['Fleet', /^objectset\.rio\.cattle\.io\//],
  ['Config Sync', /^(?:configsync|configmanagement)\.gke\.io\//],
  ['Crossplane', /^crossplane\.io\//],
  ['Pulumi', /^pulumi\.com\//],
];

/** The manager of an object of Kubernetes. A tool that renders charts or manifests of others stands before those. */
export const managerOfObject = ({ annotations, labels, writers }: ObjectMarks): Manager | undefined => {
  const managedBy = labels['app.kubernetes.io/managed-by'] ?? '';
  const application =
    annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance'];
  if (application !== undefined) return manager('Argo CD', application);
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name'];
  if (flux !== undefined) return manager('Flux', flux);
  const release = annotations['meta.helm.sh/release-name'];
  const [marked] = marksOf.filter(([, mark]) => Object.keys(annotations).some(key => mark.test(key)));
  if (marked !== undefined) return manager(marked[0]);
  const [written] = writersOf.filter(([, name]) => writers.some(one => name.test(one)));
  const isOfOthers = written !== undefined && written[0] !== 'Helm' && written[0] !== 'EKS add-on';
  if (isOfOthers) return manager(written[0]);
  if (managedBy === 'Helm' || release !== undefined) return manager('Helm', release);
  if (written !== undefined) return manager(written[0]);
  if (managedBy === 'eksctl') return manager('eksctl');
  return /^terraform$/i.test(managedBy) ? manager('Terraform') : undefined;
};

/** The sentence that a person reads before a command changes the thing. */
export const managedInWords = (what: string, by: Manager): string =>
  `${what} is managed by ${managerInWords(by)}: change it there, or its next run undoes the command.`;

/** `CloudFormation (store-roles)`, for a sentence. */
const managerInWords = ({ tool, name }: Manager): string =>
  tool === 'EKS add-on' ? 'an EKS add-on' : name === undefined ? tool : `${tool} (${name})`;
