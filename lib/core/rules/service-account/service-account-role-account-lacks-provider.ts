import { iamRegionOption, parseArn, providerArn } from '../../model/arn.ts';
import { unknownRegion } from '../../model/cluster.ts';
import { complete } from '../../model/collected.ts';
import { roleArnKey } from '../../model/irsa-annotation.ts';
import type { FleetIndex } from '../../model/snapshot.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import { defaultAudience } from '../../trust/evaluate/request.ts';
import { defineRule, fail, notApplicable, pass, unknown } from '../define-rule.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { exampleIssuer, someFacts } from '../example-world.ts';
import {
  annotationEvidence,
  audienceOf,
  explainsRuntime,
  issuerOf,
  nameOf,
  unlessDormant,
  wellFormedRole,
} from './support/service-account-view.ts';

/** STS looks for the provider in the role's account, not in the cluster's (docs/facts.md §0.8). */
export const serviceAccountRoleAccountLacksProvider = defineRule({
  id: 'service-account-role-account-lacks-provider',
  kind: 'service-account',
  group: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'provider-exists',
  title: 'Roles of other accounts have a provider for the cluster in their own account',
  needs: ['service-accounts'],
  docs: {
    why: 'A role can only trust a provider of its own account. For a role of another account than the cluster’s, a provider with the cluster’s issuer has to exist there too.',
    fix: 'Create the provider in the role’s account.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/cross-account-access.html',
      'docs/facts.md §0.8, §A.7',
    ],
  },
  check: (subject, { fleet }) => {
    const roleArn = wellFormedRole(subject);
    const role = roleArn === undefined ? undefined : parseArn(roleArn);
    if (roleArn === undefined || role === undefined || subject.cluster.region === unknownRegion) return notApplicable;
    if (role.accountId === subject.cluster.accountId) return notApplicable;
    const issuer = issuerOf(subject);
    if (issuer === undefined) return unknown('unread', `the issuer of cluster ${subject.cluster.name}`);
    const wanted = providerArn(role.partition, role.accountId, issuer);
    if (fleet.providers.some(provider => provider.arn === wanted)) return pass;
    const account = fleet.accounts.find(one => one.accountId === role.accountId);
    if (!account?.providersRead)
      return unknown(
        'unread',
        `the providers of account ${role.accountId}, which ${account ? 'could not be read' : 'is not audited'}`,
      );
    return unlessDormant(
      subject,
      fail({
        message: `service account ${nameOf(subject)} names a role of account ${role.accountId}, which has no provider for the issuer of cluster ${subject.cluster.name}`,
        evidence: [
          annotationEvidence(subject, roleArn),
          {
            what: `providers of account ${role.accountId}`,
            got: 'none for this issuer',
            wanted,
            readFrom: 'iam:ListOpenIDConnectProviders',
          },
        ],
        podError: `InvalidIdentityToken: No OpenIDConnect provider found in your account for ${issuer}`,
        place: { roleArn, providerArn: wanted },
        fix: {
          summary: `Create the provider in account ${role.accountId}, with credentials of that account.`,
          commands: [
            `aws iam create-open-id-connect-provider --url ${shellQuote(issuer)} --client-id-list ${shellQuote(audienceOf(subject) || defaultAudience)}${iamRegionOption(roleArn)}`,
          ],
        },
        explains: [
          { ruleId: 'service-account-role-not-trusting', subject: subject.id },
          explainsRuntime(subject, roleArn),
        ],
      }),
    );
  },
  examples: {
    pass: { title: 'the other account has the provider', facts: () => otherAccount(true) },
    fail: { title: 'the other account has none', facts: () => otherAccount(false) },
    unknown: { title: 'the other account is not audited', facts: () => otherAccount(undefined) },
  },
});

const otherId = '444455556666';

const otherAccount = (hasProvider: boolean | undefined) => {
  const fleet: FleetIndex = {
    clusters: [],
    providers: hasProvider ? [{ arn: providerArn('aws', otherId, exampleIssuer), accountId: otherId }] : [],
    accounts: hasProvider === undefined ? [] : [{ accountId: otherId, rolesRead: true, providersRead: true }],
    roles: [],
    gaps: [],
  };
  const account = aServiceAccount({ annotations: { [roleArnKey]: `arn:aws:iam::${otherId}:role/cart` } });
  return someFacts({
    clusters: complete([aReadCluster({ serviceAccounts: complete([account]), pods: complete([]) })]),
    fleet,
  });
};
