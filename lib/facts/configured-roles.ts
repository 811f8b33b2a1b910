/** Roles that the ConfigMap of a self-hosted webhook gives (docs/facts.md §D.1b). */
import { audienceKey, type ConfiguredRole, roleArnKey, type ServiceAccount } from '../model.ts';

/**
 * Service accounts with the role that the webhook gives them: a role annotation that is not empty goes first, with all its
 * options; else the entry of the ConfigMap, of its own namespace before that of every namespace, with its options alone.
 */
export const withConfiguredRoles = (
  accounts: readonly ServiceAccount[],
  roles: readonly ConfiguredRole[],
): readonly ServiceAccount[] => {
  if (roles.length === 0) return accounts;
  const byKey = new Map(roles.map(role => [`${role.namespace}/${role.name}`, role]));
  return accounts.map(account => {
    const entry = byKey.get(`${account.namespace}/${account.name}`) ?? byKey.get(`*/${account.name}`);
    if (!entry?.roleArn || account.annotations[roleArnKey]) return account;
    const { roleArn, audience, configMap } = entry;
    return { ...account, annotations: { [roleArnKey]: roleArn, [audienceKey]: audience }, configMap };
  });
};
