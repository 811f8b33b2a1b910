import type { EksPrincipal } from '../../facts/eks-issuer.ts';
import type { Facts } from '../../facts/facts.ts';
import type { RoleSubject } from '../../facts/subjects.ts';
import { providerArnBeside } from '../../model/arn.ts';
import type { FixDraft } from '../../model/finding.ts';
import type { IndexedCluster } from '../../model/snapshot.ts';
import { mayCover } from '../../policy/decide/action.ts';
import { principalFix } from './policy-edit/principal-fix.ts';
import { allowStatements } from './statement/role-trust.ts';

/** The fix of a role whose clusters are gone: the successor's provider in the place of the first one, if there is one. A
 *  statement for another action makes no role for service accounts. */
export const successorFix = (
  subject: RoleSubject,
  principals: readonly EksPrincipal[],
  successor: IndexedCluster | undefined,
  facts: Facts,
): FixDraft => {
  const [principal] = principals;
  const statement = allowStatements(subject).find(
    one => principal && mayCover(one) && JSON.stringify(one.principal).includes(JSON.stringify(principal.arn)),
  );
  if (principal && statement && successor?.issuer === undefined)
    return principalFix({ ...subject, statement }, principal.arn, undefined, facts);
  if (!principal || !statement || successor?.issuer === undefined)
    return {
      summary: `Name the provider of an existing cluster in the trust policy of ${subject.role.name}, or delete the role.`,
      steps: [],
      choice: 'Which cluster the role is for.',
    };
  const to = providerArnBeside(subject.role.arn, successor.issuer);
  return principalFix({ ...subject, statement }, principal.arn, to, facts);
};
