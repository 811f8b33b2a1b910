import type { Facts } from '../../../facts/facts.ts';
import { trustPolicyOf } from '../../../facts/trust-policy-of.ts';
import type { Role } from '../../../model/account.ts';
import { parseArn, providerArnBeside } from '../../../model/arn.ts';
import { valueOr } from '../../../model/collected.ts';
import { listed } from '../../../text/message.ts';
import { defaultAudience } from '../../../trust/evaluate/request.ts';
import { rolesTrusting } from '../../oidc/issuer-users.ts';
import { iamCommand } from '../../oidc/provider-commands.ts';
import { gainsOfProvider } from './gains.ts';

/** The command that creates the provider of an issuer (without scheme) with the audience that the webhook asks for. */
export const createProvider = (issuer: string, role: Pick<Role, 'arn'>): string =>
  iamCommand(
    parseArn(role.arn)?.partition ?? 'aws',
    'create-open-id-connect-provider',
    '--url',
    `https://${issuer}`,
    '--client-id-list',
    defaultAudience,
  );

/** Why the provider of an issuer must not be created by a command that a person pastes: the account has no room for it, or
 *  another role would be open to service accounts that its policy does not name. Undefined where nothing speaks against. */
export const creationRefusal = (issuer: string, role: Role, facts: Facts): string | undefined => {
  const providers = valueOr(facts.snapshot.providers, []).length;
  const quota = valueOr(facts.snapshot.quotas, {}).oidcProviders;
  if (quota !== undefined && providers >= quota)
    return `No command is given, because the account has ${providers} providers and the quota is ${quota}: delete one, or raise the quota first.`;
  const open = rolesTrusting(providerArnBeside(role.arn, issuer), facts).filter(other => {
    if (other.arn === role.arn) return false;
    const policy = trustPolicyOf(other);
    return policy.ok && ['more', 'undecided'].includes(gainsOfProvider(issuer, policy.policy, other, facts).kind);
  });
  return open.length === 0
    ? undefined
    : `No command is given, because the provider would also open ${listed(open.map(({ name }) => name))}: more than one service account could then assume ${open.length === 1 ? 'that role' : 'each of these roles'}.`;
};
