/** Names as Kubernetes has them. Source: Kubernetes, "Object Names and IDs" (RFC 1123), and "Labels and Selectors". */

const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const labelPattern = new RegExp(`^${label}$`);
const subdomainPattern = new RegExp(`^${label.replace('{0,61}', '*')}(?:\\.${label.replace('{0,61}', '*')})*$`);
const keyPattern = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** True for a name of a namespace: a DNS label. */
export const isDnsLabel = (name: string): boolean => labelPattern.test(name);

/** True for a name of a service account, a pod or a workload: a DNS subdomain. */
export const isDnsSubdomain = (name: string): boolean => name.length <= 253 && subdomainPattern.test(name);

/** True for a key of an annotation or a label: a name, with a prefix that is a DNS subdomain or without one. */
export const isQualifiedName = (key: string): boolean => {
  const [name = '', prefix, ...more] = key.split('/').toReversed();
  return more.length === 0 && keyPattern.test(name) && (prefix === undefined || isDnsSubdomain(prefix.toLowerCase()));
};
