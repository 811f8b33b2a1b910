import type { Controller, PodController } from '../../model.ts';

/** The parts of a container that tell. */
interface Container {
  readonly image?: string | null | undefined;
  readonly args?: readonly string[] | null | undefined;
}

/** Images by their last part, which mirrors keep. The providers of Crossplane are one image for each service of AWS. */
const images: readonly (readonly [Controller, RegExp])[] = [
  ['external-secrets', /(?:^|\/)external-secrets(?:[:@]|$)/],
  ['crossplane', /(?:^|\/)provider-(?:family-)?aws(?:-[a-z0-9]+)*(?:[:@]|$)/],
  ['keda', /(?:^|\/)keda(?:[:@]|$)/],
];
/** Other programs in the image of External Secrets: they assume no role. */
const helpers: ReadonlySet<string> = new Set(['webhook', 'certcontroller']);

/** The controller that a pod of this namespace is. cert-manager's alone has the argument `--acme-http01-solver-image`. */
export const controllerOf = (containers: readonly Container[], namespace: string): PodController | undefined => {
  const solver = containers.find(({ args }) => args?.some(one => one.startsWith('--acme-http01-solver-image=')));
  if (solver !== undefined) return certManager(solver.args ?? [], namespace);
  for (const { image, args } of containers) {
    const found = images.find(([, pattern]) => pattern.test(image ?? ''));
    if (found !== undefined && !helpers.has(args?.[0] ?? '')) return { name: found[0] };
  }
  return undefined;
};

/** Its ClusterIssuers may use its own credentials, its Issuers may not, unless it is told otherwise (cert-manager,
 *  "ACME configuration", ambient credentials). Its chart writes the namespace as a reference to its own. */
const certManager = (args: readonly string[], namespace: string): PodController => {
  const argument = (name: string): string | undefined => {
    const found = args.findLast(one => one === name || one.startsWith(`${name}=`));
    return found === undefined ? undefined : found.slice(name.length + 1);
  };
  const isOn = (name: string, byDefault: boolean): boolean => {
    const value = argument(name);
    return value === undefined ? byDefault : value === '' || value === 'true';
  };
  const own = argument('--cluster-resource-namespace') ?? 'kube-system';
  return {
    name: 'cert-manager',
    ambient: [
      ...(isOn('--cluster-issuer-ambient-credentials', true) ? ['ClusterIssuer'] : []),
      ...(isOn('--issuer-ambient-credentials', false) ? ['Issuer'] : []),
    ],
    clusterNamespace: own.startsWith('$(') || own === '' ? namespace : own,
  };
};
