/** Amazon Resource Names and AWS partitions, as far as IRSA needs them. Source: docs/facts.md §A.8, §B.2. */

/** An ARN in its six parts. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly accountId: string;
  readonly resource: string;
}

/** Splits an ARN; undefined for anything that is not six colon-separated parts that begin with `arn`. */
export const parseArn = (text: string): Arn | undefined => {
  if (!text.startsWith('arn:')) return undefined;
  const [, partition, service, region = '', accountId = '', first] = text.split(':', 6);
  if (first === undefined || !partition || !service) return undefined;
  const before = 'arn'.length + partition.length + service.length + region.length + accountId.length + 5;
  return { partition, service, region, accountId, resource: text.slice(before) };
};

const oidcPrefix = 'oidc-provider/';

/** The issuer without scheme that a provider's ARN stands for (`oidc.eks.eu-west-1.amazonaws.com/id/…`), exact case. */
export const providerHostPath = (arn: string): string | undefined => {
  const parsed = parseArn(arn);
  if (parsed?.service !== 'iam' || !parsed.resource.startsWith(oidcPrefix)) return undefined;
  return parsed.resource.slice(oidcPrefix.length);
};

/** The ARN that the provider of an issuer has in an account. The issuer is a URL with `https://`. */
export const providerArn = (partition: string, accountId: string, issuer: string): string =>
  `arn:${partition}:iam::${accountId}:${oidcPrefix}${stripScheme(issuer)}`;

/** The ARN that the provider of an issuer has in the account of a role. The issuer is a URL, or one without scheme. */
export const providerArnBeside = (roleArn: string, issuer: string): string =>
  roleArn.replace(/:role\/.*$/s, () => `:${oidcPrefix}${stripScheme(issuer)}`);

/** An issuer without `https://`: the form of provider ARNs and condition keys. Case is kept: it matters (§B.2). */
export const stripScheme = (issuer: string): string =>
  issuer.startsWith('https://') ? issuer.slice('https://'.length) : issuer;

/** The name of a role: the last part of its ARN's path. */
export const roleNameOf = (roleArn: string): string => roleArn.slice(roleArn.lastIndexOf('/') + 1);

/** True for a role that a service or IAM Identity Center keeps: its trust policy cannot be changed, so no pod gets it. */
export const isKeptByAws = (roleArn: string): boolean => /:role\/aws-(?:service-role|reserved)\//.test(roleArn);

/** True if the ARN is in the role's own account and partition: only such providers can work (§A.7). */
export const isOwnProvider = (arn: string, roleArn: string): boolean => {
  const provider = parseArn(arn);
  const role = parseArn(roleArn);
  return provider?.accountId === role?.accountId && provider?.partition === role?.partition;
};
