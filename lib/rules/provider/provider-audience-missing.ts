import { addAudience } from '../../fixes/aws-steps.ts';
import { defaultAudience } from '../../policy/decide/request.ts';
import { phrase } from '../../text/message.ts';
import { spelledOut } from '../../text/visible-text.ts';
import { accessOfProvider } from '../access/access-change.ts';
import { defineRule, pass, unknown } from '../define-rule.ts';
import { failures } from '../failure.ts';
import { withoutCluster } from '../oidc/issuer-liveness.ts';
import { issuerName, placeOfIssuer } from '../oidc/issuer-users.ts';
import { audienceLines } from '../oidc/provider-lines.ts';
import { choiceOfAudience } from './support/audience-choice.ts';
import { explainedRoles, explainedServiceAccounts } from './support/audience-effects.ts';
import { isNearMiss } from './support/audience-likeness.ts';
import { isUsualAudienceAsked } from './support/usual-audience.ts';

const fail = failures({
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
});

/** STS accepts a token only if its audience stands in the provider's list, to the letter. */
export const providerAudienceMissing = defineRule({
  id: 'provider-audience-missing',
  kind: 'provider',
  group: 'provider',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'provider-audience',
  title: 'Providers accept the audience sts.amazonaws.com',
  says: fail.says,
  needs: ['provider-detail'],
  docs: {
    why: 'The webhook requests tokens with the audience sts.amazonaws.com in every partition, also in China. If the provider does not list exactly that, STS refuses every token of the cluster. A trailing space, sts.amazon.com and sts.amazonaws.com.cn look right and are not.',
    fix: 'Add the audience to the provider.',
    references: ['https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors', 'docs/facts.md §A.8, §B.3'],
  },
  check: (subject, facts) => {
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
    return {
      ...saidOf(issuer, written, near.map(spelledOut)),
      evidence: [
        {
          what: 'audiences (ClientIDList)',
          got: written.length === 0 ? phrase('none') : written.join(', '),
          wanted: defaultAudience,
          readFrom: 'iam:GetOpenIDConnectProvider',
        },
      ],
      podError: 'InvalidIdentityToken: Incorrect token audience',
      place: placeOfIssuer(subject.issuer, facts),
      fix: {
        summary: `Add the audience ${defaultAudience} to the provider.`,
        steps: [addAudience(subject.id, defaultAudience, access)],
        ...choiceOfAudience(near, access, facts),
        ...audienceLines([defaultAudience, ...audiences.filter(audience => !near.includes(audience))]),
      },
      explains: [
        ...near.map(audience => ({
          ruleId: 'provider-audience-unexpected',
          subject: subject.id,
          discriminator: audience,
        })),
        ...explainedRoles(subject.id, facts),
        ...explainedServiceAccounts(subject.issuer, facts),
      ],
    };
  },
});

const saidOf = (issuer: string, written: readonly string[], near: readonly string[]) => {
  if (near.length > 0) return fail.nearMiss({ issuer, audiences: near }).message;
  return written.length === 0 ? fail.none({ issuer }).message : fail.missing({ issuer, audiences: written }).message;
};
