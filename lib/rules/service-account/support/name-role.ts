/** The fix that writes another role to the annotation of a service account. */
import { type Facts, rolesMadeFor, type ServiceAccountSubject } from '../../../facts.ts';
import { type FixDraft, roleArnKey } from '../../../model.ts';
import { annotateStep, audienceOfAccount, nameOfAccount, tokenIssuerOf, tokenSubject } from './service-account-view.ts';
import { withRestarts } from './with-restarts.ts';

/** Who asks by the tokens of a service account; none without an issuer. */
export const askingOf = (subject: ServiceAccountSubject) => {
  const issuer = tokenIssuerOf(subject);
  const asking = { subject: tokenSubject(subject), audience: audienceOfAccount(subject) };
  return issuer === undefined ? [] : [{ ...asking, issuer }];
};

/** ARNs of the roles that trust this service account in full and nobody beside it. */
export const rolesOfAccount = (subject: ServiceAccountSubject, facts: Facts): readonly string[] =>
  askingOf(subject).flatMap(asking => rolesMadeFor(asking, facts));

/** The one role that was made for this service account; undefined where there is none, or several. */
export const roleMadeFor = (subject: ServiceAccountSubject, facts: Facts): string | undefined => {
  const [made, ...more] = rolesOfAccount(subject, facts);
  return more.length === 0 ? made : undefined;
};

/** Names a role; where a ConfigMap gives the roles, a person does. */
export const nameRole = (subject: ServiceAccountSubject, candidate: string): FixDraft => {
  const choice = `Whether ${candidate} is the role.`;
  const { configMap } = subject.serviceAccount;
  if (configMap !== undefined)
    return {
      summary: `Write ${candidate} as the RoleARN of ${nameOfAccount(subject)} in ConfigMap ${configMap}, if that is the role, then restart the pods.`,
      steps: [],
      choice,
    };
  return withRestarts(subject, {
    summary: `Set the annotation to ${candidate}, if that is the role, then restart the pods.`,
    steps: [annotateStep(subject, roleArnKey, candidate)],
    choice,
  });
};
