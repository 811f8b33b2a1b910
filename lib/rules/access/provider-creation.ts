import type { Facts } from '../../facts.ts';
import { createProvider } from '../../fixes/aws-steps.ts';
import {
  type AccessChange,
  type Cluster,
  type FixDraft,
  providerArn,
  providerArnBeside,
  type Role,
  type Step,
  valueOr,
} from '../../model.ts';
import { defaultAudience, trustPolicyOf } from '../../policy.ts';
import { counted, listed, shellQuote, shortListOf } from '../../text.ts';
import { rolesTrusting } from '../oidc/issuer-users.ts';
import { accessOfProvider, identitiesInWords, isWide } from './access-change.ts';
import { gainsOfProvider } from './gains.ts';

/** The step that creates the provider of an issuer (without scheme) beside a role, with the audience that the webhook asks
 *  for. */
export const providerBeside = (issuer: string, role: Pick<Role, 'arn'>, facts: Facts): Step => {
  const arn = providerArnBeside(role.arn, issuer);
  return createProvider(arn, [defaultAudience], accessOfProvider(arn, defaultAudience, facts));
};

/** Creates the provider of a cluster's issuer in the audited account. Where roles wait for it, a person sees which
 *  service accounts can assume them. `afterwards`: what is to be done then. */
export const createProviderFix = (
  cluster: Pick<Cluster, 'name' | 'region'>,
  issuer: string,
  facts: Facts,
  afterwards?: string,
): FixDraft => {
  const { partition, accountId } = facts.snapshot;
  const arn = providerArn(partition, accountId, issuer);
  const access = accessOfProvider(arn, defaultAudience, facts);
  const eksctl = `eksctl utils associate-iam-oidc-provider --cluster ${shellQuote(cluster.name)} --region ${shellQuote(cluster.region)} --approve`;
  const summary = `Create the IAM OIDC provider of the cluster ${cluster.name} (the same with eksctl: ${eksctl}).`;
  const choice = [choiceOfGains(access, facts), afterwards].filter(text => text !== undefined).join(' ');
  const full = noRoom(facts);
  if (full !== undefined) return { summary, choice: full };
  return {
    summary,
    steps: [createProvider(arn, [defaultAudience], access)],
    ...(choice === '' ? {} : { choice }),
    terraform: `resource "aws_iam_openid_connect_provider" "eks" {\n  url            = ${JSON.stringify(issuer)}\n  client_id_list = ["${defaultAudience}"]\n}`,
    cdk: "new eks.OidcProviderNative(this, 'Provider', { url: cluster.clusterOpenIdConnectIssuerUrl })",
  };
};

/** The confirmation of a person where more than one service account gains a role; undefined where none or one does. */
export const choiceOfGains = (access: readonly AccessChange[], facts: Facts): string | undefined =>
  isWide(access) ? `Confirm who can then assume roles of the account: ${opened(access, facts)}.` : undefined;

const opened = (access: readonly AccessChange[], facts: Facts): string => {
  const known = identitiesInWords(
    access.flatMap(({ gains }) => gains),
    facts,
  );
  const isOpen = access.some(one => one.isOpen);
  return [known, ...(isOpen ? ['others, by policies that are too complex or have doubts'] : [])]
    .filter(text => text !== '')
    .join(', and ');
};

/** Why the account takes no further provider; undefined where it does, or its quota was not read. */
const noRoom = ({ snapshot }: Facts): string | undefined => {
  const providers = valueOr(snapshot.providers, []).length;
  const quota = valueOr(snapshot.quotas, {}).oidcProviders;
  return quota !== undefined && providers >= quota
    ? `No command is given, because the account has ${counted(providers, 'provider')} and the quota is ${quota}: delete one, or raise the quota first.`
    : undefined;
};

/** Why the provider of an issuer must not be created by a command that a person pastes: the account has no room for it, or
 *  another role would be open to service accounts that its policy does not name. Undefined where nothing speaks against. */
export const creationRefusal = (issuer: string, role: Role, facts: Facts): string | undefined => {
  const full = noRoom(facts);
  if (full !== undefined) return full;
  const open = rolesTrusting(providerArnBeside(role.arn, issuer), facts).filter(other => {
    if (other.arn === role.arn) return false;
    const policy = trustPolicyOf(other);
    return policy.ok && ['more', 'undecided'].includes(gainsOfProvider(issuer, policy.policy, other, facts).kind);
  });
  return open.length === 0
    ? undefined
    : `No command is given, because the provider would also open ${listed(open.map(({ name }) => name))}: more than one service account could then assume ${open.length === 1 ? 'that role' : 'each of these roles'}.`;
};

/** The fate of the provider that another one takes the place of. */
export const deletionLater = (arn: string, roles: readonly Pick<Role, 'name'>[], wanted: string): string => {
  const pending =
    roles.length === 0
      ? ''
      : `, once its roles (${shortListOf(
          roles.map(({ name }) => name),
          5,
        )}) name ${wanted}`;
  return `Delete ${arn} afterwards${pending}: no token of this cluster ever matches it.`;
};
