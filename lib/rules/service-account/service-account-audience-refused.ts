import {
  audienceAsked,
  clustersOf,
  type Facts,
  notAuthorized,
  providerAudiences,
  type ReadyQuestion,
  type ServiceAccountSubject,
  wrongAudience,
} from '../../facts.ts';
import { addAudience } from '../../fixes/aws-steps.ts';
import { minimalGrant } from '../../fixes/minimal-grant.ts';
import {
  audienceKey,
  type FixDraft,
  longestAudience,
  mostAudiences,
  parseArn,
  providerArnBeside,
  roleNameOf,
  stripScheme,
  valueOr,
} from '../../model.ts';
import { defaultAudience } from '../../policy.ts';
import { phrase } from '../../text.ts';
import { accessOfProvider } from '../access/access-change.ts';
import {
  defineRule,
  type FailureDraft,
  failed,
  failures,
  notApplicable,
  pass,
  unknown,
  unknownFor,
  type Verdict,
} from '../prelude.ts';
import {
  annotateStep,
  explainsRuntime,
  nameOfAccount,
  sourceOf,
  unlessDormant,
  wellFormedRole,
} from './support/service-account-view.ts';
import { audienceAloneRefused, questionOf } from './support/trust-decision.ts';
import { withRestarts } from './support/with-restarts.ts';

const fail = failures({
  empty: [
    'audience is empty',
    'the audience annotation of service account {serviceAccount} is empty: STS refuses its tokens',
  ],
  notInProvider: [
    'audience refused',
    'audience "{audience}" of service account {serviceAccount} is not in the provider’s client ID list',
  ],
  refusedByRole: [
    'audience refused',
    'role {role} does not accept audience "{audience}" of service account {serviceAccount}',
  ],
});

/** A token's audience has to be in the provider's list and satisfy the role's condition (docs/facts.md §A.8). */
export const serviceAccountAudienceRefused = defineRule({
  id: 'service-account-audience-refused',
  kind: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'provider-audience',
  title: 'Provider and role accept the requested audience',
  fault: 'Provider or role refuses the requested audience',
  says: fail.says,
  needs: ['service-accounts', 'providers', 'roles'],
  why: 'With eks.amazonaws.com/audience, tokens carry another audience than sts.amazonaws.com. The provider’s client ID list must contain it and the trust policy must accept it, else STS refuses the token. With an empty value, tokens carry the API server’s own audience.',
  fix: 'Remove the annotation, unless provider and role are meant for that audience.',
  references: ['https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough', 'docs/facts.md §A.8, §D.1'],
  check: (subject, facts) => {
    const audience = subject.serviceAccount.annotations[audienceKey];
    const roleArn = wellFormedRole(subject);
    if (audience === undefined || audience === defaultAudience || roleArn === undefined) return notApplicable;
    return unlessDormant(subject, audience === '' ? emptyAudience(subject, roleArn) : judge(subject, audience, facts));
  },
});

const emptyAudience = (subject: ServiceAccountSubject, roleArn: string): Verdict =>
  failed(
    asking(fail.empty({ serviceAccount: nameOfAccount(subject) }), subject, roleArn)
      .podError(wrongAudience)
      .fix(fixOf(subject)),
  );

const judge = (subject: ServiceAccountSubject, audience: string, facts: Facts): Verdict => {
  const question = questionOf(subject, facts);
  if (question.status === 'n/a' || question.status === 'no-oidc-trust') return notApplicable;
  if (question.status === 'unknown') return unknownFor(question.missing);
  const { roleArn, issuer } = question;
  const known = providerAudiences(roleArn, issuer, facts);
  const serviceAccount = nameOfAccount(subject);
  const fix = { ...fixOf(subject), ...(known && takingAudience(question, audience, known, facts)) };
  if (known && !known.includes(audience))
    return failed(
      asking(fail.notInProvider({ audience, serviceAccount }), subject, roleArn)
        .evidence(
          `client IDs of the provider for ${issuer}`,
          'iam:GetOpenIDConnectProvider',
          known.length > 0 ? phrase('{known}', { known }) : phrase('none'),
        )
        .podError(wrongAudience)
        .fix(fix),
    );
  if (question.ask(audience).decision === 'deny' && audienceAloneRefused(question, known ?? []))
    return failed(
      asking(fail.refusedByRole({ role: roleNameOf(roleArn), audience, serviceAccount }), subject, roleArn)
        .evidence('role', 'iam:ListRoles', roleArn)
        .podError(notAuthorized)
        .fix(fix),
    );
  return known ? pass : unknown('unread', `the audiences of the provider for ${issuer} in the role’s account`);
};

/** Lets provider and role take the audience, where the account owns both and the grant is proven to be for this service
 *  account alone, and the provider has room for it; undefined elsewhere. */
const takingAudience = (
  question: ReadyQuestion,
  audience: string,
  known: readonly string[],
  facts: Facts,
): Pick<FixDraft, 'alternatives'> | undefined => {
  const { roleArn, issuer } = question;
  if (parseArn(roleArn)?.accountId !== facts.snapshot.accountId) return undefined;
  if (!known.includes(audience) && !hasRoomFor(audience, issuer, known, facts)) return undefined;
  const provider = providerArnBeside(roleArn, issuer);
  const isAllowed = question.ask(audience).decision === 'allow';
  const grant = isAllowed
    ? []
    : [minimalGrant(question.policy, question.trustPolicy, question.request(audience))?.step];
  const steps = [
    ...grant,
    known.includes(audience) ? undefined : addAudience(provider, audience, accessOfProvider(provider, audience, facts)),
  ].filter(step => step !== undefined);
  if (grant.includes(undefined) || steps.length === 0) return undefined;
  return {
    alternatives: [{ summary: `Keep the audience ${audience}: let the provider and the role take it.`, steps }],
  };
};

/** Shows where the service account asks for the audience. */
const asking = (said: FailureDraft, subject: ServiceAccountSubject, roleArn: string): FailureDraft =>
  said
    .evidence(
      subject.serviceAccount.configMap === undefined ? `annotation ${audienceKey}` : 'Audience',
      sourceOf(subject),
      subject.serviceAccount.annotations[audienceKey] || phrase('empty'),
    )
    .explains([
      { ruleId: 'service-account-role-not-trusting', subject: subject.id },
      explainsRuntime(subject, roleArn),
    ]);

const fixOf = (subject: ServiceAccountSubject): FixDraft => {
  const { configMap } = subject.serviceAccount;
  const choice = 'Whether the audience is needed: if it is, add it to the provider and to the trust policy instead.';
  const soThat = `so that tokens carry ${defaultAudience}, then restart the pods.`;
  return configMap === undefined
    ? withRestarts(subject, {
        summary: `Remove the audience annotation, ${soThat}`,
        steps: [annotateStep(subject, audienceKey, undefined)],
        choice,
      })
    : { summary: `Change the Audience of ${nameOfAccount(subject)} in ConfigMap ${configMap}, ${soThat}`, choice };
};

/**
 * Whether a provider that takes the known audiences has room for this one, and for every other one that service accounts
 * of its cluster ask for. Where they ask for more than it can take, none of them is the one to add: whoever may create
 * service accounts would otherwise have each of their audiences worked out for every role.
 */
const hasRoomFor = (audience: string, issuer: string, known: readonly string[], facts: Facts): boolean =>
  audience.length <= longestAudience && new Set([...known, ...askedFor(issuer, facts)]).size <= mostAudiences;

const askedByFacts = new WeakMap<Facts, Map<string, ReadonlySet<string>>>();

/** The audiences that service accounts of clusters with this issuer ask for. */
const askedFor = (issuer: string, facts: Facts): ReadonlySet<string> => {
  const byIssuer = askedByFacts.get(facts) ?? new Map<string, ReadonlySet<string>>();
  askedByFacts.set(facts, byIssuer);
  const asked =
    byIssuer.get(issuer) ??
    new Set(
      clustersOf(facts.snapshot)
        .filter(({ cluster }) => cluster.issuer !== undefined && stripScheme(cluster.issuer) === stripScheme(issuer))
        .flatMap(({ kubernetes }) =>
          kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.serviceAccounts, []),
        )
        .map(({ annotations }) => audienceAsked(annotations)),
    );
  byIssuer.set(issuer, asked);
  return asked;
};
