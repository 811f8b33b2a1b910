/** Whether the role of a Pod Identity association trusts EKS Pod Identity, where the same files have the role. */
import { isRoleArn, subjectsOfAccount } from '../../../facts.ts';
import { roleNameOf } from '../../../model.ts';
import { podIdentityActions, podIdentityService } from '../../../policy.ts';
import { questionsOf } from '../../../rules/evaluate/ask-rule.ts';
import { podIdentityRoleNotTrusting } from '../../../rules/pod-identity/pod-identity-role-not-trusting.ts';
import { foldJudged, inFileWords, type Judged } from '../fold-judged.ts';
import type { PolicyVerdict } from '../lint-finding.ts';
import { hasPlaceholder } from '../placeholders.ts';
import { factsOfFiles, serviceAccountInFile, someIssuer } from './cluster-of-files.ts';
import { namedForRules } from './names-for-rules.ts';
import type { FoundAssociation } from './objects.ts';
import type { RoleInFiles } from './role-trust.ts';

/** The verdict on one association: of all roles that it may mean, one must trust the service. */
export const judgeAssociation = (
  association: FoundAssociation,
  { candidates, now }: { readonly candidates: readonly RoleInFiles[]; readonly now: string },
): PolicyVerdict => {
  const { document, at, owner } = association;
  const names = candidates.flatMap(role => role.names);
  const answers = candidates.map(candidate => answerOf(association, candidate, now));
  if (answers.length === 0 || answers.includes('trusts')) return { findings: [], doubts: [] };
  const doubt = answers.find(answer => typeof answer === 'string');
  const start = document.locate(at);
  if (doubt !== undefined) {
    const why = `whether its role trusts ${podIdentityService}: ${inFileWords(doubt, names)}`;
    return { findings: [], doubts: [{ file: document.name, owner, ...start, why }] };
  }
  const [judged = []] = answers.filter(answer => typeof answer !== 'string');
  const place = { file: document.name, owner, start, placeOf: () => start };
  return { findings: foldJudged(judged, place, names), doubts: [] };
};

type Answer = string | readonly Judged[];

/** `trusts`, the reason why it is not known, or the failures. The files do not say which cluster asks: a condition that refuses
 *  may be one on it. */
const answerOf = (association: FoundAssociation, role: RoleInFiles, now: string): Answer => {
  const roleArn = role.arn;
  const { namespace, serviceAccount, document } = association;
  const named = namedForRules({ document, at: 0, name: serviceAccount, namespace, annotations: [], labels: [] });
  const account = serviceAccountInFile([], named);
  if (account === undefined || !isRoleArn(roleArn)) return 'its names are known only after apply';
  const facts = factsOfFiles({
    home: role.home,
    issuer: someIssuer,
    serviceAccount: account,
    pods: [],
    associations: [{ id: `in ${document.name}`, namespace: account.namespace, serviceAccount: account.name, roleArn }],
    role: { arn: roleArn, name: roleNameOf(roleArn), trustPolicy: role.text },
    now,
  });
  const verdict = questionsOf(podIdentityRoleNotTrusting, subjectsOfAccount(facts), facts)[0]?.ask();
  if (verdict === undefined || verdict.outcome === 'pass' || verdict.outcome === 'n/a') return 'trusts';
  if (verdict.outcome === 'unknown') return verdict.missing.missing;
  if (verdict.failures.some(({ messageId }) => messageId !== 'silent')) return 'its conditions are of a cluster';
  if (isFilledInLater(role)) return 'parts of its policy are filled in later';
  return verdict.failures.map(failure => ({
    rule: podIdentityRoleNotTrusting,
    failure: { ...failure, fix: grantFix },
  }));
};

const grantFix = {
  summary: `Add a statement that trusts ${podIdentityService} with ${podIdentityActions.join(' and ')}, or name another role in the association.`,
  steps: [],
  choice: 'Whether the service account is to have this role: its trust policy refuses it so far.',
  terraform: `principals { type = "Service", identifiers = ["${podIdentityService}"] }`,
};

/** True where a statement may trust the service once its placeholders are filled in. */
const isFilledInLater = ({ found }: RoleInFiles): boolean => {
  if (found.isPartial || !found.policy.ok) return true;
  return found.policy.policy.statements.some(({ principal, actions }) =>
    [...(principal?.kind === 'typed' ? principal.entries.map(({ value }) => value) : []), ...(actions ?? [])].some(
      ({ text }) => hasPlaceholder(text) && !/oidc-provider/.test(text),
    ),
  );
};
