/** The paths of EKS's REST API, as far as the auditor and its fixes use them. Source: the EKS API Reference. */

type Input = Readonly<Record<string, unknown>>;
const cluster = '/clusters/([^/]+)';
const association = `${cluster}/pod-identity-associations/([^/]+)`;
const addon = `${cluster}/addons/([^/]+)`;
const entry = `${cluster}/access-entries/([^/]+)`;

/** Method, path, operation, and the names of the path's parts. */
const routes: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['GET', '/clusters', 'ListClusters', []],
  ['GET', cluster, 'DescribeCluster', ['name']],
  ['POST', `${cluster}/update-config`, 'UpdateClusterConfig', ['name']],
  ['GET', `${cluster}/pod-identity-associations`, 'ListPodIdentityAssociations', ['clusterName']],
  ['POST', `${cluster}/pod-identity-associations`, 'CreatePodIdentityAssociation', ['clusterName']],
  ['GET', association, 'DescribePodIdentityAssociation', ['clusterName', 'associationId']],
  ['POST', association, 'UpdatePodIdentityAssociation', ['clusterName', 'associationId']],
  ['DELETE', association, 'DeletePodIdentityAssociation', ['clusterName', 'associationId']],
  ['GET', `${cluster}/addons`, 'ListAddons', ['clusterName']],
  ['GET', addon, 'DescribeAddon', ['clusterName', 'addonName']],
  ['POST', `${addon}/update`, 'UpdateAddon', ['clusterName', 'addonName']],
  ['POST', `${cluster}/addons`, 'CreateAddon', ['clusterName']],
  ['GET', `${cluster}/access-entries`, 'ListAccessEntries', ['clusterName']],
  ['POST', `${cluster}/access-entries`, 'CreateAccessEntry', ['clusterName']],
  ['GET', entry, 'DescribeAccessEntry', ['clusterName', 'principalArn']],
  ['POST', entry, 'UpdateAccessEntry', ['clusterName', 'principalArn']],
  ['DELETE', entry, 'DeleteAccessEntry', ['clusterName', 'principalArn']],
  ['GET', `${entry}/access-policies`, 'ListAssociatedAccessPolicies', ['clusterName', 'principalArn']],
  ['POST', `${entry}/access-policies`, 'AssociateAccessPolicy', ['clusterName', 'principalArn']],
];

const compiled = routes.map(([method, path, operation, names]) => ({
  method,
  pattern: new RegExp(`^${path}/?$`),
  operation,
  names,
}));

/** The operation of a path; undefined for a path that EKS has not. Throws for a body that is no JSON object. */
export const eksRoute = (
  method: string,
  url: URL,
  body: string,
): { readonly operation: string; readonly input: Input } | undefined => {
  for (const route of compiled) {
    const match = route.method === method ? route.pattern.exec(url.pathname) : null;
    if (!match) continue;
    const parts = route.names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]);
    const sent: unknown = body === '' ? {} : JSON.parse(body);
    if (typeof sent !== 'object' || sent === null) throw new SyntaxError('not a JSON object');
    const input = { ...Object.fromEntries(url.searchParams), ...sent, ...Object.fromEntries(parts) };
    return { operation: route.operation, input };
  }
  return undefined;
};
