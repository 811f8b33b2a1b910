import { type Cluster, unknownRegion } from '../model.ts';
import { isEksHost } from './eks-issuer.ts';

const eksEndpoint =
  /^https:\/\/[^/]+\.(?:eks\.amazonaws\.(?:com(?:\.cn)?|eu)|eks-cluster\.[^./]+\.api\.aws)(?:[:/]|$)/i;

/** True for a cluster of EKS, whose webhook is AWS's. One that is known by its kubeconfig alone may be anybody's, with a
 *  webhook of its own under another name and at another place. `announced` is the issuer of the API server's own word. */
export const isEksCluster = ({ region, issuer, endpoint }: Cluster, announced = ''): boolean =>
  region !== unknownRegion || isEksHost(issuer ?? announced) || eksEndpoint.test(endpoint ?? '');
