/** Whether the role that a service account names trusts it, where the same files have the role. */

import { audienceAsked, isRoleArn, subjectsOfAccount } from '../../../facts.ts';
import { roleArnKey, roleNameOf } from '../../../model.ts';
import { subjectOf } from '../../../policy.ts';
import type { AnyRule } from '../../../rules/define-rule.ts';
import { questionsOf } from '../../../rules/evaluate/ask-rule.ts';
import { serviceAccountAudienceRefused } from '../../../rules/service-account/service-account-audience-refused.ts';
import { serviceAccountRoleNotTrusting } from '../../../rules/service-account/service-account-role-not-trusting.ts';
import { given } from '../../../text.ts';
import type { Judged } from '../fold-judged.ts';
import { hasPlaceholder } from '../placeholders.ts';
import type { JudgedSpan } from '../source-tree.ts';
import { factsOfFiles, type PartsInFiles } from './cluster-of-files.ts';
import { noNamespace } from './names-for-rules.ts';
import { mayTrust, type RoleInFiles } from './role-trust.ts';

/** The answer, with the text of the file for each filling in the role's policy. */
export interface TrustInFiles {
  readonly judged: readonly Judged[];
  readonly names: readonly (readonly [string, string])[];
  readonly doubts: readonly string[];
  /** The policy that was asked. */
  readonly policySpan?: JudgedSpan;
}

/** Nothing to tell. */
export const noTrust: TrustInFiles = { judged: [], names: [], doubts: [] };

/** A service account that asks for a role. */
export interface Asking {
  readonly parts: PartsInFiles;
  /** A pattern of the subjects that it may have. */
  readonly subject: string;
}

/** The answer for one service account: of all roles that its annotation may mean, one must trust it. */
export const trustInFiles = (asking: Asking, candidates: readonly RoleInFiles[]): TrustInFiles => {
  const roleArn = asking.parts.serviceAccount.annotations[roleArnKey] ?? '';
  if (!isRoleArn(roleArn)) return noTrust;
  const answers = candidates.map(role => answerOf(role, asking));
  if (answers.includes('trusts')) return noTrust;
  const doubt = answers.find(answer => typeof answer === 'string');
  if (doubt !== undefined) return { ...noTrust, doubts: [`whether role ${roleNameOf(roleArn)} trusts it: ${doubt}`] };
  const [judged = []] = answers.filter(answer => typeof answer !== 'string');
  const [first] = candidates;
  return { judged, names: first?.names ?? [], doubts: [], ...given({ policySpan: first?.found.span }) };
};

type Answer = string | readonly Judged[];

/** `trusts`, the reason why it is not known, or the failures; for one of the issuers that the role names. */
const answerOf = (role: RoleInFiles, { parts, subject }: Asking): Answer => {
  const issuers = role.issuers.length > 0 ? role.issuers : [parts.issuer];
  const { serviceAccount, ...rest } = parts;
  const annotations = { ...serviceAccount.annotations, [roleArnKey]: role.arn };
  const own = { ...rest, home: role.home, serviceAccount: { ...serviceAccount, annotations } };
  const answers = issuers.map(issuer => answerFor(role, { ...own, issuer }, subject));
  return (
    answers.find(answer => answer === 'trusts') ??
    answers.find(answer => typeof answer === 'string') ??
    answers[0] ??
    []
  );
};

const answerFor = (role: RoleInFiles, parts: PartsInFiles, asked: string): Answer => {
  const roleArn = role.arn;
  const facts = factsOfFiles({ ...parts, role: { arn: roleArn, name: roleNameOf(roleArn), trustPolicy: role.text } });
  const verdictOf = (rule: AnyRule) => questionsOf(rule, subjectsOfAccount(facts), facts)[0]?.ask();
  const { namespace, name, annotations } = parts.serviceAccount;
  const trust = verdictOf(serviceAccountRoleNotTrusting);
  if (trust?.outcome === 'unknown') return trust.missing.missing;
  // An empty audience is told without the role. Whether the provider takes another one, an audit decides.
  const audience = audienceAsked(annotations);
  const isAudience = trust?.outcome !== 'fail' && audience !== '';
  const rule = isAudience ? serviceAccountAudienceRefused : serviceAccountRoleNotTrusting;
  const verdict = isAudience ? verdictOf(rule) : trust;
  if (verdict?.outcome !== 'fail') return 'trusts';
  if (isAudience && hasPlaceholder(audience)) return 'its audience is filled in later';
  const request = {
    ...{ roleArn, issuer: parts.issuer, subject: subjectOf(namespace, name) },
    ...{ audience, now: parts.now },
  };
  if (mayTrust(role, request, asked))
    return namespace === noNamespace
      ? 'the file names no namespace'
      : asked.includes('*')
        ? 'its name or namespace is filled in later'
        : 'parts of its policy are filled in later';
  return verdict.failures.map(failure => ({ rule, failure }));
};
