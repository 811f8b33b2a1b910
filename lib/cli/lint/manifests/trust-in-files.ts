/** Whether the role that a service account names trusts it, where the same files have the role. */
import { audienceAsked } from '../../../facts/audience-asked.ts';
import { isRoleArn } from '../../../facts/role-arn-fault.ts';
import { subjectsOfAccount } from '../../../facts/subjects-of.ts';
import { roleNameOf } from '../../../model/arn.ts';
import { roleArnKey } from '../../../model/irsa-annotation.ts';
import { subjectOf } from '../../../policy/decide/request.ts';
import { questionsOf } from '../../../rules/evaluate/ask-rule.ts';
import { serviceAccountRoleNotTrusting } from '../../../rules/service-account/service-account-role-not-trusting.ts';
import type { Judged } from '../fold-judged.ts';
import { factsOf, type PartsInFiles } from './cluster-of-files.ts';
import { noNamespace } from './names-for-rules.ts';
import { mayTrust, type RoleInFiles } from './role-trust.ts';

/** The answer, with the text of the file for each filling in the role's policy. */
export interface TrustInFiles {
  readonly judged: readonly Judged[];
  readonly names: readonly (readonly [string, string])[];
  readonly doubts: readonly string[];
}

/** Nothing to tell. */
export const noTrust: TrustInFiles = { judged: [], names: [], doubts: [] };

/** The answer for one service account: of all roles that its annotation may mean, one must trust it. */
export const trustInFiles = (parts: PartsInFiles, candidates: readonly RoleInFiles[]): TrustInFiles => {
  const roleArn = parts.serviceAccount.annotations[roleArnKey] ?? '';
  if (!isRoleArn(roleArn)) return noTrust;
  const answers = candidates.map(role => answerOf(role, roleArn, parts));
  if (answers.includes('trusts')) return noTrust;
  const doubt = answers.find(answer => typeof answer === 'string');
  if (doubt !== undefined) return { ...noTrust, doubts: [`whether role ${roleNameOf(roleArn)} trusts it: ${doubt}`] };
  const [judged = []] = answers.filter(answer => typeof answer !== 'string');
  return { judged, names: candidates[0]?.names ?? [], doubts: [] };
};

type Answer = string | readonly Judged[];

/** `trusts`, the reason why it is not known, or the failures; for one of the issuers that the role names. */
const answerOf = (role: RoleInFiles, roleArn: string, parts: PartsInFiles): Answer => {
  const issuers = role.issuers.length > 0 ? role.issuers : [parts.issuer];
  const answers = issuers.map(issuer => answerFor(role, roleArn, { ...parts, issuer }));
  return (
    answers.find(answer => answer === 'trusts') ??
    answers.find(answer => typeof answer === 'string') ??
    answers[0] ??
    []
  );
};

const answerFor = (role: RoleInFiles, roleArn: string, parts: PartsInFiles): Answer => {
  const facts = factsOf({ ...parts, role: { arn: roleArn, name: roleNameOf(roleArn), trustPolicy: role.text } });
  const verdict = questionsOf(serviceAccountRoleNotTrusting, subjectsOfAccount(facts), facts)[0]?.ask();
  if (verdict === undefined || verdict.outcome === 'pass' || verdict.outcome === 'n/a') return 'trusts';
  if (verdict.outcome === 'unknown') return verdict.missing.missing;
  const { namespace, name, annotations } = parts.serviceAccount;
  if (namespace === noNamespace) return 'the file names no namespace';
  const request = {
    ...{ roleArn, issuer: parts.issuer, subject: subjectOf(namespace, name) },
    ...{ audience: audienceAsked(annotations), now: parts.now },
  };
  if (mayTrust(role, request)) return 'parts of its policy are filled in later';
  return verdict.failures.map(failure => ({ rule: serviceAccountRoleNotTrusting, failure }));
};
