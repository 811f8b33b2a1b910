import type { Facts } from '../../facts/facts.ts';
import { serviceAccountSubjectId } from '../../facts/subject-ids.ts';
import { complete, unavailable, valueOr } from '../../model/collected.ts';
import { audienceKey } from '../../model/irsa-annotation.ts';
import { spelledOut } from '../../text/visible-text.ts';
import { defaultAudience } from '../../trust/evaluate/request.ts';
import { defineRule, type Explained, fail, pass, unknown } from '../define-rule.ts';
import { aProvider, someFacts } from '../example-world.ts';
import { isNearMiss } from './support/audience-likeness.ts';
import { withoutCluster } from './support/issuer-liveness.ts';
import { askedAudiences, askedUnread, clustersHere, placeOfIssuer, rolesTrusting } from './support/issuer-users.ts';
import { audienceLines, iamCommand, onProvider } from './support/provider-commands.ts';

/** STS accepts a token only if its audience stands in the provider's list, to the letter. */
export const providerAudienceMissing = defineRule({
  id: 'provider-audience-missing',
  kind: 'provider',
  group: 'provider',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'provider-audience',
  title: 'Providers accept the audience sts.amazonaws.com',
  needs: ['provider-detail'],
  docs: {
    why: 'The webhook asks for tokens with the audience sts.amazonaws.com, in every partition, China too. If the provider does not list exactly that, STS refuses every token of the cluster. A blank at the end, sts.amazon.com and sts.amazonaws.com.cn all look right and are not.',
    fix: 'Add the audience to the provider.',
    references: ['https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors', 'docs/facts.md §A.8, §B.3'],
  },
  check: (subject, facts) => {
    if (subject.detail.status === 'unavailable') return unknown('unread', 'the audiences of the provider');
    const { audiences } = subject.detail.value;
    if (audiences.includes(defaultAudience)) return pass;
    const bare = withoutCluster(subject.issuer, facts);
    if (bare !== undefined) return bare;
    const asked = askedAudiences(subject.issuer, facts);
    // Audiences that are for others, such as that of a service mesh, say nothing of this provider.
    if (asked && !asked.has(defaultAudience) && audiences.some(audience => asked.has(audience))) return pass;
    const open = asked === undefined ? askedUnread(subject.issuer, facts) : undefined;
    if (open !== undefined) return unknown('unread', open);
    const near = audiences.filter(isNearMiss);
    const { partition } = facts.snapshot;
    const listed = audiences.length === 0 ? 'none' : audiences.map(spelledOut).join(', ');
    const said = near.length > 0 ? `only ${near.map(spelledOut).join(', ')}, which is not the same` : `only ${listed}`;
    return fail({
      message: `the provider ${subject.id} does not accept the audience ${defaultAudience}: it lists ${audiences.length === 0 ? 'no audience at all' : said}`,
      evidence: [
        {
          what: 'audiences (ClientIDList)',
          got: listed,
          wanted: defaultAudience,
          readFrom: 'iam:GetOpenIDConnectProvider',
        },
      ],
      podError: 'InvalidIdentityToken: Incorrect token audience',
      place: placeOfIssuer(subject.issuer, facts),
      fix: {
        summary: `Add the audience ${defaultAudience} to the provider.`,
        commands: [
          iamCommand(
            partition,
            'add-client-id-to-open-id-connect-provider',
            ...onProvider(subject.id),
            '--client-id',
            defaultAudience,
          ),
        ],
        ...(near.length > 0
          ? { choice: `Remove ${near.map(spelledOut).join(', ')} if no service account asks for it.` }
          : {}),
        ...audienceLines([defaultAudience, ...audiences.filter(audience => !near.includes(audience))]),
      },
      explains: [
        ...near.map(audience => ({
          ruleId: 'provider-audience-unexpected',
          subject: subject.id,
          discriminator: audience,
        })),
        ...explainedRoles(subject.id, facts),
        ...explainedAccounts(subject.issuer, facts),
      ],
    });
  },
  examples: {
    pass: { title: 'the audience is listed', facts: () => someFacts() },
    fail: {
      title: 'the audience ends with a blank',
      facts: () => someFacts({ providers: complete([aProvider({ audiences: ['sts.amazonaws.com '] })]) }),
    },
    unknown: {
      title: 'GetOpenIDConnectProvider was refused',
      facts: () =>
        someFacts({
          providers: complete([
            aProvider({
              detail: unavailable({ kind: 'denied', operation: 'iam:GetOpenIDConnectProvider', message: 'denied' }),
            }),
          ]),
        }),
    },
  },
});

/** Roles that rightly ask for the audience cannot be satisfied while the provider lacks it. */
const explainedRoles = (arn: string, facts: Facts): Explained[] =>
  rolesTrusting(arn, facts)
    .filter(role => role.trustPolicy.includes(`"${defaultAudience}"`))
    .map(role => ({ ruleId: 'trust-audience-impossible', subject: role.arn }));

/** Service accounts that ask for the default audience are refused for the same cause. */
const explainedAccounts = (issuer: string, facts: Facts): Explained[] =>
  clustersHere(issuer, facts).flatMap(({ cluster, kubernetes }) =>
    (kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.serviceAccounts, []))
      .filter(({ annotations }) => (annotations[audienceKey] ?? defaultAudience) === defaultAudience)
      .map(({ namespace, name }) => ({
        ruleId: 'service-account-audience-refused',
        subject: serviceAccountSubjectId(cluster.arn, namespace, name),
      })),
  );
