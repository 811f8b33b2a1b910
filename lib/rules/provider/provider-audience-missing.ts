import { audienceAsked, type Facts, isEksHost, serviceAccountSubjectId, wrongAudience } from '../../facts.ts';
import { addAudience } from '../../fixes/aws-steps.ts';
import { type AccessChange, type FixDraft, valueOr } from '../../model.ts';
import { defaultAudience, namesInTrustPolicy } from '../../policy.ts';
import { listed, phrase, spelledOut, withoutTrailingSlashes } from '../../text.ts';
import { accessOfProvider } from '../access/access-change.ts';
import { choiceOfGains } from '../access/provider-creation.ts';
import { askedAudiences, askedUnread } from '../oidc/asked-audiences.ts';
import { withoutCluster } from '../oidc/issuer-liveness.ts';
import { clustersHere, issuerName, placeOfIssuer, rolesTrusting } from '../oidc/issuer-users.ts';
import { audienceLines } from '../oidc/provider-lines.ts';
import { defineRule, type Explained, pass, unknown } from '../prelude.ts';

/** STS accepts a token only if its audience stands in the provider's list, to the letter. */
export const providerAudienceMissing = defineRule({
  id: 'provider-audience-missing',
  kind: 'provider',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'provider-audience',
  title: 'Providers accept the audience sts.amazonaws.com',
  fault: 'The provider does not accept the audience sts.amazonaws.com',
  says: {
    none: [
      'audience not accepted',
      'provider of {issuer} does not accept the audience sts.amazonaws.com: its client ID list is empty',
    ],
    missing: [
      'audience not accepted',
      'provider of {issuer} does not accept the audience sts.amazonaws.com: its client ID list has only {audiences}',
    ],
    nearMiss: [
      'audience not accepted',
      'provider of {issuer} does not accept the audience sts.amazonaws.com: it lists {audiences} instead',
    ],
  },
  needs: ['provider-detail'],
  why: 'The webhook requests tokens with the audience sts.amazonaws.com in every partition, also in China. If the provider does not list exactly that, STS refuses every token of the cluster. A trailing space, sts.amazon.com and sts.amazonaws.com.cn look right and are not.',
  fix: 'Add the audience to the provider.',
  references: ['https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors', 'docs/facts.md §A.8, §B.3'],
  check: (subject, facts, fail) => {
    if (subject.detail.status === 'unavailable') return unknown('unread', 'the audiences of the provider');
    const { audiences } = subject.detail.value;
    if (audiences.includes(defaultAudience)) return pass;
    const bare = withoutCluster(subject.issuer, facts);
    if (bare !== undefined) return bare;
    const asked = isUsualAudienceAsked(subject.issuer, audiences, facts);
    if (typeof asked === 'string') return unknown('unread', asked);
    if (!asked) return pass;
    const near = audiences.filter(isNearMiss);
    const access = accessOfProvider(subject.id, defaultAudience, facts);
    const written = audiences.map(spelledOut);
    const issuer = issuerName(subject.issuer, facts);
    const unexpected = { ruleId: 'provider-audience-unexpected', subject: subject.id };
    return (
      near.length > 0
        ? fail.nearMiss({ issuer, audiences: near.map(spelledOut) })
        : written.length === 0
          ? fail.none({ issuer })
          : fail.missing({ issuer, audiences: written })
    )
      .evidence(
        'audiences (ClientIDList)',
        'iam:GetOpenIDConnectProvider',
        written.length === 0 ? phrase('none') : written.join(', '),
        defaultAudience,
      )
      .podError(wrongAudience)
      .place(placeOfIssuer(subject.issuer, facts))
      .explains([
        // Whatever stands in its place: that nobody asks for it is the same mistake.
        ...audiences.map(audience => ({ ...unexpected, discriminator: audience })),
        ...explainedRoles(subject.id, facts),
        ...explainedServiceAccounts(subject.issuer, facts),
      ])
      .fix({
        summary: `Add the audience ${defaultAudience} to the provider.`,
        steps: [addAudience(subject.id, defaultAudience, access)],
        ...choiceOfAudience(audiences, access, facts),
        ...audienceLines([defaultAudience, ...audiences.filter(audience => !near.includes(audience))]),
      });
  },
});

/**
 * Whether new tokens of an issuer ask for the audience sts.amazonaws.com, which its provider does not accept: false where
 * they ask for one that it accepts, a sentence where that is not known. `accepted`: the audiences of the provider.
 */
const isUsualAudienceAsked = (issuer: string, accepted: readonly string[], facts: Facts): boolean | string => {
  const asked = askedAudiences(issuer, facts, 'new pods');
  const isEks = isEksHost(issuer);
  const hasOther = accepted.some(audience => asked?.has(audience));
  // Elsewhere than on EKS a flag of the webhook says which audience is the usual one: kOps has another. Audiences that are
  // for others, such as that of a service mesh, say nothing of this provider.
  if (asked !== undefined) return !hasOther || (isEks && asked.has(defaultAudience));
  const open = askedUnread(issuer, facts);
  if (open !== undefined) return open;
  if (isEks || accepted.length === 0 || accepted.some(isNearMiss)) return true;
  return `which audience the webhook of ${issuerName(issuer, facts)} gives to tokens`;
};

const mistaken = new Set(['sts.amazon.com', 'sts.amazonaws.com.cn', 'sts.amazonaws.cn', 'sts.aws.amazon.com']);

/** True for what was plainly meant as `sts.amazonaws.com` and is not: blanks, another case, other domains of AWS. */
const isNearMiss = (audience: string): boolean => {
  const meant = withoutTrailingSlashes(bare(audience).replace(/^https?:\/\//, ''));
  return meant === defaultAudience || mistaken.has(meant);
};

/** The text without white space and invisible characters, in lower case: what was meant. */
const bare = (text: string): string => text.replace(/[\s\p{C}\p{Z}]/gu, '').toLowerCase();

/** The decision of a person before an audience is added to a provider: who gains by it, and whether those that stand in its place
 *  are used. */
const choiceOfAudience = (
  others: readonly string[],
  access: readonly AccessChange[],
  facts: Facts,
): Pick<FixDraft, 'choice'> => {
  const gains = choiceOfGains(access, facts);
  const sentences = [
    ...(gains === undefined ? [] : [gains]),
    ...(others.length > 0 ? [`Remove ${listed(others.map(spelledOut), 3)} if no service account uses it.`] : []),
  ];
  return sentences.length === 0 ? {} : { choice: sentences.join(' ') };
};

/** Roles that rightly ask for the audience cannot be satisfied while the provider lacks it. */
const explainedRoles = (arn: string, facts: Facts): Explained[] =>
  rolesTrusting(arn, facts)
    .filter(role => namesInTrustPolicy(role).includes(defaultAudience))
    .map(role => ({ ruleId: 'trust-audience-impossible', subject: role.arn }));

/** Service accounts that ask for the default audience are refused for the same cause. */
const explainedServiceAccounts = (issuer: string, facts: Facts): Explained[] =>
  clustersHere(issuer, facts).flatMap(({ cluster, kubernetes }) =>
    (kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.serviceAccounts, []))
      .filter(({ annotations }) => audienceAsked(annotations) === defaultAudience)
      .map(({ namespace, name }) => ({
        ruleId: 'service-account-audience-refused',
        subject: serviceAccountSubjectId(cluster.arn, namespace, name),
      })),
  );
