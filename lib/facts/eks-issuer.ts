import { type FleetIndex, providerHostPath, stripScheme } from '../model.ts';
import { isForAnyone, type Principal, type Statement } from '../policy.ts';
import { withoutTrailingSlashes } from '../text.ts';
import type { Facts } from './facts.ts';
import { serviceAccountIssuers } from './service-account-issuers.ts';

/** The issuers to recognize, beside the hosts of EKS itself. */
type IssuersKnown = Pick<Facts, 'fleet' | 'settings'> & Partial<Pick<Facts, 'snapshot'>>;

/**
 * Hosts of EKS issuers in all partitions, and their dual-stack aliases (docs/facts.md §A.8). The region is one label of
 * any form: new regions appear, and a mistyped one must still be recognized as meant for EKS.
 */
const eksHost =
  /^oidc[.-]eks(?:-fips)?\.[^./:]+\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws|api\.amazonwebservices\.(?:com\.cn|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)(?::\d+)?(?:\/|$)/i;

/** True if the issuer's host is one of EKS. Takes it with or without `https://`, in any case, with or without path. */
export const isEksHost = (issuer: string): boolean => eksHost.test(withoutScheme(issuer));

/** True if the issuer is plainly meant for EKS, however mistyped the rest of its host: a mistyped one must be looked at. */
export const isMeantForEks = (issuer: string): boolean => /^oidc[.-]eks(?:-fips)?\./i.test(withoutScheme(issuer));

/** True if the issuer ends like those of EKS, on whatever host: `/id/` and 32 hexadecimal digits (docs/facts.md §A.8). */
const hasEksPath = (issuer: string): boolean => /\/id\/[0-9a-f]{32}$/i.test(issuer);

/** True if the issuer looks like one of EKS, by its host or by its path. */
export const looksLikeEks = (issuer: string): boolean => isMeantForEks(issuer) || hasEksPath(issuer);

/** The region that the host of an EKS issuer names, in lower case; undefined for other issuers. With or without `https://`. */
export const regionOfIssuer = (issuer: string): string | undefined =>
  /^oidc[.-]eks(?:-fips)?\.([^.]+)\./i.exec(withoutScheme(issuer))?.[1]?.toLowerCase();

const withoutScheme = (issuer: string): string => issuer.replace(/^https?:\/\//i, '');

/** Issuers of clusters by fleet: a fleet is asked for every statement of every role. */
const issuersByFleet = new WeakMap<FleetIndex, ReadonlySet<string>>();

const issuersOfFleet = (fleet: FleetIndex): ReadonlySet<string> => {
  const known = issuersByFleet.get(fleet);
  if (known) return known;
  const issuers = new Set<string>();
  for (const { issuer } of fleet.clusters) if (issuer !== undefined) issuers.add(stripScheme(issuer));
  issuersByFleet.set(fleet, issuers);
  return issuers;
};

/**
 * True if the issuer is one that is audited: its host or its path is of EKS, or it is registered in the configuration, or a cluster
 * of the fleet has it. Statements for other issuers (GitHub, GitLab, SAML) are not looked at here.
 */
export const isAuditedIssuer = (issuer: string, facts: IssuersKnown): boolean => {
  if (looksLikeEks(issuer)) return true;
  const bare = withoutTrailingSlashes(withoutScheme(issuer));
  return (
    issuersOfFleet(facts.fleet).has(bare) || facts.settings.registeredIssuers.some(known => stripScheme(known) === bare)
  );
};

/** A Federated principal that stands for an EKS issuer. */
export interface EksPrincipal {
  /** The value as written. */
  readonly arn: string;
  /** The text after `oidc-provider/`, as written: may carry a scheme or a port by mistake. */
  readonly hostPath: string;
  readonly at: { readonly line: number; readonly column: number };
}

/** True if a role of the account trusts the issuer for service accounts: an issuer of Kubernetes on any host. Its provider
 *  is not audited (it may have audiences of its own), the statements that trust it are. */
const isForServiceAccountsHere = (hostPath: string, { snapshot }: IssuersKnown): boolean =>
  snapshot !== undefined && serviceAccountIssuers(snapshot).has(withoutTrailingSlashes(withoutScheme(hostPath)));

/** True if tokens of an issuer (without scheme) are of service accounts, as far as the account's policies tell. */
export const isClusterIssuer = (issuer: string, facts: IssuersKnown): boolean =>
  isAuditedIssuer(issuer, facts) || isForServiceAccountsHere(issuer, facts);

/** The EKS providers that a principal element names, in order, as written. */
export const eksPrincipalsOf = (principal: Principal | undefined, facts: IssuersKnown): readonly EksPrincipal[] => {
  if (principal?.kind !== 'typed') return [];
  return principal.entries.flatMap(({ type, value }) => {
    if (type !== 'Federated') return [];
    const hostPath = providerHostPath(value.text) ?? bareIssuer(value.text);
    return hostPath !== undefined && isClusterIssuer(hostPath, facts)
      ? [{ arn: value.text, hostPath, at: value.at }]
      : [];
  });
};

/** A Federated value that is no provider ARN but plainly means one: the bare issuer, or an ARN with a part missing. */
const bareIssuer = (value: string): string | undefined => {
  const marker = value.indexOf('oidc-provider/');
  if (marker >= 0) return value.slice(marker + 'oidc-provider/'.length);
  return isMeantForEks(value) ? value : undefined;
};

/** True if a statement is subject of the trust rules: it names an EKS provider, everyone, or everyone but some. */
export const concernsEks = (statement: Statement, facts: IssuersKnown): boolean =>
  eksPrincipalsOf(statement.principal, facts).length > 0 || isForAnyone(statement);
