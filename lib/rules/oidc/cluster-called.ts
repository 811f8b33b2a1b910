import { clustersWithIssuer, type Facts } from '../../facts.ts';
import { parseArn, stripScheme } from '../../model.ts';

/** The name of an issuer's cluster in a message: its name, or its issuer without scheme where no cluster that was read
 *  has it. The name is there or not by what a run reads: mark it volatile. */
export const clusterCalled = (issuer: string, { fleet }: Pick<Facts, 'fleet'>): string =>
  clustersWithIssuer(fleet, issuer)[0]?.name ?? stripScheme(issuer);

/** The account of an issuer's cluster where that is another one than the role's: whoever makes pods there gets the role. */
export const otherAccountOf = (
  issuer: string,
  roleArn: string,
  { fleet }: Pick<Facts, 'fleet'>,
): string | undefined => {
  const accounts = clustersWithIssuer(fleet, issuer).map(({ accountId }) => accountId);
  return accounts.find(accountId => accountId !== parseArn(roleArn)?.accountId);
};

/** The cluster of an issuer of another account than the role's, with both: who gains by a fix is named in full. Undefined where
 *  no cluster of another account has the issuer. */
export const strangeCluster = (issuer: string, roleArn: string, facts: Pick<Facts, 'fleet'>): string | undefined => {
  const account = otherAccountOf(issuer, roleArn, facts);
  return account === undefined
    ? undefined
    : `cluster ${clusterCalled(issuer, facts)} of account ${account} (https://${stripScheme(issuer)})`;
};

/** Said where the cluster is not of the role's account; undefined where it is. */
export const otherAccountSentence = (
  issuer: string,
  roleArn: string,
  facts: Pick<Facts, 'fleet'>,
): string | undefined => {
  const account = otherAccountOf(issuer, roleArn, facts);
  return account === undefined
    ? undefined
    : `Account ${account} is not the role’s account ${parseArn(roleArn)?.accountId}: whoever makes pods in its cluster may gain the role.`;
};
