import { parseSubject } from '../../facts.ts';
import type { PageFinding } from './page-finding.ts';

/** A cluster that findings are filtered by; `name` is unique on the page. */
export interface PageCluster {
  readonly name: string;
  readonly issuer?: string;
}

/** Shortens the names of AWS in a text. */
export type Shorten = (text: string, accountId: string) => string;

const eksIssuer = /(?:https:\/\/)?oidc[.-]eks[\w.-]*(?::\d+)?\/id\/([0-9A-Za-z]+)/g;
const arn = /arn:aws[\w-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):(role|cluster|oidc-provider)\/([^\s"',;:()]+[^\s"',;:().])/g;
const noBreak = '\u00a0';

/**
 * Shortens ARNs of roles, clusters and providers to their names, and issuers of EKS to the ends of their id. The account
 * stays where it is another than that of the finding. Two names of one text that would look alike stay long.
 */
export const shortener = (clusters: readonly PageCluster[]): Shorten => {
  const byIssuer = new Map(clusters.flatMap(({ name, issuer }) => (issuer === undefined ? [] : [[issuer, name]])));
  const issuerName = (match: string, id: string): string => {
    const cluster = byIssuer.get(match.startsWith('https://') ? match : `https://${match}`);
    const short = shortId(id);
    return cluster === undefined ? short : `${short} (${cluster})`;
  };
  const arnName = (accountId: string) => (_match: string, account: string, kind: string, name: string) => {
    const short =
      kind === 'oidc-provider' ? name.replace(eksIssuer, issuerName) : name.slice(name.lastIndexOf('/') + 1);
    return account === accountId ? short : `${short}${noBreak}of${noBreak}${account}`;
  };
  return (text, accountId) => unlessAlike(unlessAlike(text, arn, arnName(accountId)), eksIssuer, issuerName);
};

/** The name of a provider from the end of its URL and its issuer. */
export type ProviderName = (label: string, issuer: string | undefined) => string;

/** Names providers: the cluster of the issuer, where it is known, and the ends of a long id. */
export const providerNames = (clusters: readonly PageCluster[]): ProviderName => {
  const byIssuer = new Map(clusters.map(({ name, issuer }) => [issuer, name]));
  return (label, issuer) =>
    [issuer === undefined ? undefined : byIssuer.get(issuer), shortId(label)].filter(Boolean).join(' ');
};

const shortId = (id: string): string => (id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-4)}` : id);

/** Replaces what matches, but for those different matches that would become the same. */
const unlessAlike = (
  text: string,
  pattern: RegExp,
  shorten: (match: string, ...groups: string[]) => string,
): string => {
  const owners = new Map<string, Set<string>>();
  for (const [match, ...groups] of text.matchAll(pattern)) {
    const short = shorten(match, ...groups);
    owners.set(short, (owners.get(short) ?? new Set()).add(match));
  }
  return text.replace(pattern, (match, ...groups) => {
    const short = shorten(match, ...groups);
    return (owners.get(short)?.size ?? 0) > 1 ? match : short;
  });
};

/** The subject of a finding, in a few words: `store · orders/refund → store-orders`. */
export const aboutOf = (finding: PageFinding): string => {
  const cluster = finding.clusters.join(', ');
  const thing = thingOf(finding);
  return thing === cluster || cluster === '' ? thing : `${cluster} · ${thing}`;
};

const thingOf = ({ namespace, serviceAccount, roleArn, subject }: PageFinding): string => {
  const account = serviceAccount === undefined ? undefined : [namespace, serviceAccount].filter(Boolean).join('/');
  const role = roleArn?.slice(roleArn.lastIndexOf('/') + 1);
  if (account !== undefined) return role === undefined ? account : `${account} → ${role}`;
  if (role !== undefined) return `role ${role}`;
  const { kind } = parseSubject(subject);
  if (kind === 'provider') return 'OIDC provider';
  return kind === 'issuer' ? 'issuer' : subject.slice(subject.lastIndexOf('/') + 1);
};
