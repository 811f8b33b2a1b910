/** Second roles that a program of a cluster is told to assume by a resource of its own: the ClusterIssuers of cert-manager. */
import * as z from 'zod';
import { type Collected, notAskedFor, unavailable, withGaps } from '../../model/collected.ts';
import type { IssuerRole, Pod } from '../../model/kubernetes.ts';
import { objectName, requiredText } from '../world-text.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { type ListCall, listPages, type Take } from './list-pages.ts';

/** Solvers of one issuer that are looked at. */
const maxSolvers = 100;
const reference = z.object({ name: z.string() }).nullish().catch(undefined);
const route53 = z.object({
  role: requiredText.nullish(),
  accessKeyID: z.string().nullish(),
  accessKeyIDSecretRef: reference,
  secretAccessKeySecretRef: reference,
  auth: z.unknown().optional(),
});
const issuerItem = z.object({
  metadata: z.object({ name: objectName }),
  spec: z.object({
    acme: z
      .object({
        solvers: z
          .array(z.object({ dns01: z.object({ route53: route53.nullish() }).nullish() }))
          .max(maxSolvers)
          .nullish(),
      })
      .nullish(),
  }),
});

const clusterIssuers: ListCall = {
  kind: 'ClusterIssuer',
  apiVersion: 'cert-manager.io/v1',
  apiGroup: 'cert-manager.io',
  resource: 'clusterissuers',
  path: '/apis/cert-manager.io/v1/clusterissuers',
};

/** The roles that ClusterIssuers name for Route 53: asked for where the controller of cert-manager runs. Optional: a refusal
 *  counts as not asked for. An Issuer may not use the controller's own credentials by default, and is not read. */
export const readIssuerRoles = async (
  api: KubernetesApi,
  pods: Collected<readonly Pod[]>,
): Promise<Collected<readonly IssuerRole[]> | undefined> => {
  if (pods.status === 'unavailable' || !pods.value.some(({ isCertManager }) => isCertManager)) return undefined;
  const listed = await listPages(api, clusterIssuers, takeIssuer);
  if (listed.ok) return withGaps(listed.items.flat(), listed.gaps);
  const { reason } = listed;
  if (reason.kind === 'not-found') return withGaps([], []);
  return reason.kind === 'denied'
    ? notAskedFor(reason.operation, `refused, and optional: ${reason.message}`)
    : unavailable(reason);
};

/** With access keys or a service account of its own a solver does not start from the controller's role. */
const takeIssuer: Take<readonly IssuerRole[]> = item => {
  const parsed = issuerItem.safeParse(item);
  if (!parsed.success) return { bad: 'an item is not a ClusterIssuer' };
  const { metadata, spec } = parsed.data;
  const roles = (spec.acme?.solvers ?? []).flatMap(({ dns01 }) => {
    const solver = dns01?.route53;
    const startsElsewhere =
      solver?.accessKeyID || solver?.accessKeyIDSecretRef || solver?.secretAccessKeySecretRef || solver?.auth;
    return solver?.role && !startsElsewhere ? [solver.role] : [];
  });
  return { keep: [...new Set(roles)].map(roleArn => ({ issuer: metadata.name, roleArn })) };
};
