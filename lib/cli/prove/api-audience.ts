import { isEksHost } from '../../facts/eks-issuer.ts';
import { withoutTrailingSlashes } from '../../text/without-trailing-slashes.ts';

/** What the API server of the cluster is known by, as far as it is known. */
export interface ApiServer {
  readonly issuer?: string | undefined;
  /** Its URL in the kubeconfig. */
  readonly url?: string | undefined;
}

/**
 * Why a token of this audience must not leave the cluster; undefined where it may. A token that the API server itself
 * accepts is the service account's credential for the cluster: whoever gets it, STS's logs included, is that service
 * account. An empty audience stands for the API server's own, which are its issuer by default and
 * `https://kubernetes.default.svc` on EKS (Kubernetes, kube-apiserver `--api-audiences`). Other values of the flag cannot
 * be read from outside.
 */
export const apiAudienceFault = (audience: string, { issuer, url }: ApiServer): string | undefined => {
  if (audience.trim() === '') return 'is empty, which stands for the API server itself';
  const bare = withoutScheme(audience);
  const isIts =
    /^kubernetes(?:\.default(?:\.svc(?:\.[^/:]+)?)?)?(?::\d+)?$/i.test(bare) ||
    isEksHost(audience) ||
    [issuer, url].some(one => one !== undefined && withoutScheme(one) === bare);
  return isIts || ['api', 'k3s'].includes(bare) ? 'is one of the API server itself' : undefined;
};

const withoutScheme = (text: string): string => withoutTrailingSlashes(text.trim().replace(/^https?:\/\//i, ''));
