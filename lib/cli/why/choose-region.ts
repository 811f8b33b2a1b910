import { ambientRegion } from '../../collect/clients.ts';
import { parseArn } from '../../model/arn.ts';
import type { KubeconfigContext } from '../kubeconfig/kubeconfig.ts';

/** The region of a context's cluster: what a person said, the ARN that `aws eks update-kubeconfig` writes, the host of the
 *  endpoint, the issuer, else that of the profile. Without any, AWS is asked in us-east-1. */
export const regionOf = async (
  { region, profile }: { readonly region?: string; readonly profile?: string },
  { cluster }: KubeconfigContext,
  issuer: string | undefined,
): Promise<string> => {
  const arn = parseArn(cluster.name);
  const host = URL.parse(cluster.server)?.hostname ?? '';
  const known =
    region ??
    (arn?.service === 'eks' ? arn.region : undefined) ??
    /\.([a-z]{2}(?:-[a-z]+)+-\d)\.eks\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/.exec(host)?.[1] ??
    /^https:\/\/oidc[.-]eks\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(issuer ?? '')?.[1];
  return known || ambientRegion(profile).catch(() => 'us-east-1');
};
