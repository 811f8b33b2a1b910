import type { Facts } from '../../../evaluate/facts.ts';
import type { RoleSubject } from '../../../evaluate/subjects.ts';
import { parseArn, providerArn } from '../../../model/arn.ts';
import { valueOr } from '../../../model/collected.ts';
import type { Fix } from '../../../model/finding.ts';
import type { IndexedCluster } from '../../../model/snapshot.ts';
import type { EksPrincipal } from '../../../trust/eks-issuer.ts';
import { principalFix } from './principal-fix.ts';
import { allowStatements } from './role-trust.ts';
import { lookUpProvider } from './statement-view.ts';

/** The fix of a role whose clusters are gone: the successor's provider in the place of the first one, if there is one. */
export const successorFix = (
  subject: RoleSubject,
  principals: readonly EksPrincipal[],
  successor: IndexedCluster | undefined,
  facts: Facts,
): Fix => {
  const [principal] = principals;
  const statement = allowStatements(subject).find(
    one => principal && JSON.stringify(one.principal).includes(JSON.stringify(principal.arn)),
  );
  const role = parseArn(subject.role.arn);
  if (!principal || !statement || successor?.issuer === undefined)
    return {
      summary: `Name the provider of a living cluster in the trust policy of ${subject.role.name}, or delete the role.`,
      commands: [],
      choice: `Which cluster the role is for; ${valueOr(facts.snapshot.providers, []).length} providers are in the account.`,
    };
  const to = providerArn(role?.partition ?? 'aws', role?.accountId ?? facts.snapshot.accountId, successor.issuer);
  return principalFix(
    { ...subject, statement, label: `Statement[${statement.index}]` },
    principal.arn,
    to,
    lookUpProvider(to, facts),
  );
};
