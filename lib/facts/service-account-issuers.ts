import { type AccountSnapshot, cleanIssuer, providerHostPath, valueOr } from '../model.ts';
import { type ConditionTest, type Statement, trustPolicyOf } from '../policy.ts';
import { withoutTrailingSlashes } from '../text.ts';

/** True if a test of the statement names a service account: its issuer is that of a Kubernetes cluster, whatever its host
 *  (kOps, S3, CloudFront, self-managed). GitHub, GitLab and others have subjects of other forms. */
export const isForServiceAccounts = (statement: Statement): boolean => statement.conditions.some(namesServiceAccount);

const namesServiceAccount = ({ values }: ConditionTest): boolean =>
  values.some(({ text }) => text.startsWith('system:serviceaccount:'));

/** True for the provider of an issuer that ends with a slash, as those of AKS do: how its condition keys begin is not documented
 *  (docs/facts.md §B.2), so it is judged as one of logins, by either form. With EKS the slash is a mistake. */
export const hasSlashOfItsOwn = (providerArn: string): boolean =>
  providerArn.endsWith('/') && !/oidc-provider\/(?:$|(?:https?:\/\/)?oidc[.-]eks)/i.test(providerArn);

/** The issuers that a statement trusts for service accounts, as the ARNs of providers have them, without scheme and trailing
 *  slash: those whose own key, however written, is compared with one, since GitHub may stand beside a cluster; and the only one,
 *  unless the key names EKS. */
export const issuersForAccounts = (statement: Statement): readonly string[] => {
  const { principal, conditions } = statement;
  if (principal?.kind !== 'typed' || !isForServiceAccounts(statement)) return [];
  const issuers = principal.entries.flatMap(({ type, value }) => {
    const hostPath = type === 'Federated' ? providerHostPath(value.text) : undefined;
    return hostPath === undefined || hasSlashOfItsOwn(value.text) ? [] : [withoutTrailingSlashes(hostPath)];
  });
  const tested = conditions
    .filter(namesServiceAccount)
    .map(({ key }) => cleanIssuer(key.text.slice(0, Math.max(0, key.text.lastIndexOf(':')))).toLowerCase());
  const isAlone = new Set(issuers).size === 1 && !tested.some(key => /^oidc[.-]eks/.test(key));
  return issuers.filter(issuer => isAlone || tested.includes(cleanIssuer(issuer).toLowerCase()));
};

/** By list of roles: every statement of every role asks. */
const bySnapshot = new WeakMap<object, ReadonlySet<string>>();

/** Issuers that roles of the account trust for service accounts, without scheme: found by the subjects that the trust
 *  policies name. */
export const serviceAccountIssuers = (snapshot: Pick<AccountSnapshot, 'roles'>): ReadonlySet<string> => {
  const known = bySnapshot.get(snapshot.roles);
  if (known) return known;
  const issuers = new Set<string>();
  for (const role of valueOr(snapshot.roles, [])) {
    const policy = trustPolicyOf(role);
    if (policy.ok) for (const issuer of policy.policy.statements.flatMap(issuersForAccounts)) issuers.add(issuer);
  }
  bySnapshot.set(snapshot.roles, issuers);
  return issuers;
};
