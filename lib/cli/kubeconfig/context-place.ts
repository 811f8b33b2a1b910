/** The cluster that a context is about, as far as the kubeconfig says so. */
import { parseArn } from '../../model.ts';
import { given } from '../../text.ts';
import type { KubeconfigContext, KubeconfigExec } from './kubeconfig.ts';

/** The place of a cluster; each part is absent where the context does not name it. */
export interface ContextPlace {
  readonly context: string;
  readonly region?: string;
  readonly accountId?: string;
}

/** `aws eks update-kubeconfig` names the cluster's entry by its ARN and asks for a token with `--region`; the endpoint of EKS and
 *  eksctl's names have the region too (EKS user guide, "Connect kubectl to an EKS cluster by creating a kubeconfig file"). */
export const placeOfContext = ({ name, cluster, user }: KubeconfigContext): ContextPlace => {
  const arn = parseArn(cluster.name);
  const isCluster = arn?.service === 'eks' && arn.resource.startsWith('cluster/');
  const host = URL.parse(cluster.server)?.hostname ?? '';
  const region =
    (isCluster ? arn.region : undefined) ||
    /\.([a-z0-9-]+)\.eks\.(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/.exec(host)?.[1] ||
    /\.([a-z]{2,4}(?:-[a-z]+)+-\d)\.eksctl\.io$/.exec(cluster.name)?.[1] ||
    regionOfPlugin(user?.exec as KubeconfigExec | undefined);
  return { context: name, ...given({ region, accountId: (isCluster && arn.accountId) || undefined }) };
};

const regionOfPlugin = (exec: KubeconfigExec | undefined): string | undefined => {
  const args = exec?.args ?? [];
  const at = args.indexOf('--region');
  return at < 0 ? undefined : args[at + 1];
};
