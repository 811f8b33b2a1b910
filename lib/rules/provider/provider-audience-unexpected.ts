import { removeAudience } from '../../fixes/aws-steps.ts';
import { defaultAudience } from '../../policy.ts';
import { phrase, spelledOut } from '../../text.ts';
import { askedAudiences } from '../oidc/asked-audiences.ts';
import { withoutCluster } from '../oidc/issuer-liveness.ts';
import { issuerName, placeOfIssuer } from '../oidc/issuer-users.ts';
import { audienceLines } from '../oidc/provider-lines.ts';
import { defineRule, failOrPass, pass, unknown } from '../prelude.ts';

/** An audience that no service account asks for widens what tokens STS accepts, for nothing. */
export const providerAudienceUnexpected = defineRule({
  id: 'provider-audience-unexpected',
  kind: 'provider',
  impact: 'exposes',
  severity: 'low',
  articleStep: 'provider-audience',
  title: 'Providers accept only audiences that are in use',
  fault: 'The provider accepts an audience that nothing uses',
  says: {
    unexpected: [
      'unused audience',
      'provider of {issuer} accepts the audience {audience}, which no service account of its cluster uses',
    ],
  },
  needs: ['provider-detail'],
  why: 'A token of the cluster that was issued for another service can be exchanged for AWS credentials if the provider accepts its audience and a role does not test :aud.',
  fix: 'Remove the audience when nothing uses it.',
  references: ['docs/facts.md §B.3'],
  check: (subject, facts, fail) => {
    if (subject.detail.status === 'unavailable') return unknown('unread', 'the audiences of the provider');
    const extra = subject.detail.value.audiences.filter(audience => audience !== defaultAudience);
    const bare = extra.length === 0 ? pass : withoutCluster(subject.issuer, facts);
    if (bare !== undefined) return bare;
    const asked = askedAudiences(subject.issuer, facts);
    if (!asked)
      return unknown(
        'unread',
        `which audiences the service accounts and pods of ${subject.issuer} use: not all of them were read`,
      );
    return failOrPass(
      extra
        .filter(audience => !asked.has(audience))
        .map(audience =>
          fail
            .unexpected({ issuer: issuerName(subject.issuer, facts), audience: spelledOut(audience) })
            .discriminator(audience)
            .evidence('audiences (ClientIDList)', 'iam:GetOpenIDConnectProvider', spelledOut(audience))
            .changing(
              'audiences that service accounts and pods use',
              'list serviceaccounts, list pods',
              phrase('{audiences}', { audiences: asked.size === 0 ? ['none'] : [...asked].map(spelledOut).sort() }),
            )
            .place(placeOfIssuer(subject.issuer, facts))
            .fix({
              summary: `Remove the audience ${spelledOut(audience)} from the provider.`,
              steps: [removeAudience(subject.id, audience)],
              choice: 'First make sure that nothing outside the cluster uses tokens with this audience.',
              ...audienceLines([defaultAudience, ...extra.filter(one => asked.has(one))]),
            }),
        ),
    );
  },
});
