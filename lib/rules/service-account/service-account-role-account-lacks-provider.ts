import { noProvider } from '../../facts.ts';
import { parseArn, providerArn, roleNameOf, unknownRegion } from '../../model.ts';
import { defaultAudience } from '../../policy.ts';
import { phrase } from '../../text.ts';
import { defineRule, eksGuide, failed, notApplicable, pass, unknown } from '../prelude.ts';
import {
  annotationEvidence,
  audienceOfAccount,
  explainsRuntime,
  nameOfAccount,
  tokenIssuerOf,
  unlessDormant,
  wellFormedRole,
} from './support/service-account-view.ts';

/** STS looks for the provider in the role's account, not in the cluster's (docs/facts.md §0.8). */
export const serviceAccountRoleAccountLacksProvider = defineRule({
  id: 'service-account-role-account-lacks-provider',
  kind: 'service-account',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'provider-exists',
  title: 'Accounts of annotated roles have the cluster’s provider',
  fault: 'The role’s account has no provider of the cluster',
  says: {
    missing: [
      'no provider there',
      'service account {serviceAccount} names role {role} of account {account}, which has no provider for cluster {cluster}',
    ],
  },
  needs: ['service-accounts'],
  why: 'A role can only trust a provider of its own account. For a role of another account than the cluster’s, a provider with the cluster’s issuer has to exist in that account too.',
  fix: 'The owner of the role’s account creates the provider there.',
  references: [eksGuide('cross-account-access'), 'docs/facts.md §0.8, §A.7'],
  check: (subject, { fleet }, fail) => {
    const roleArn = wellFormedRole(subject);
    const role = roleArn === undefined ? undefined : parseArn(roleArn);
    if (roleArn === undefined || role === undefined || subject.cluster.region === unknownRegion) return notApplicable;
    const { partition, accountId: account } = role;
    if (account === subject.cluster.accountId) return notApplicable;
    const issuer = tokenIssuerOf(subject);
    if (issuer === undefined) return unknown('unread', `the issuer of cluster ${subject.cluster.name}`);
    const wanted = providerArn(partition, account, issuer);
    if (fleet.providers.some(provider => provider.arn === wanted)) return pass;
    const audited = fleet.accounts.find(one => one.accountId === account);
    if (!audited) return unknown('not-asked-for', `the providers of account ${account}, which is not audited`);
    if (!audited.providersRead) return unknown('unread', `the providers of account ${account}`);
    const [serviceAccount, cluster] = [nameOfAccount(subject), subject.cluster.name];
    return unlessDormant(
      subject,
      failed(
        fail
          .missing({ serviceAccount, role: roleNameOf(roleArn), account, cluster })
          .pieces(annotationEvidence(subject, roleArn))
          .evidence(
            `providers of account ${account}`,
            'iam:ListOpenIDConnectProviders',
            phrase('none for this issuer'),
            wanted,
          )
          .podError(noProvider(issuer))
          .place({ roleArn, providerArn: wanted })
          .explains([
            { ruleId: 'service-account-role-not-trusting', subject: subject.id },
            explainsRuntime(subject, roleArn),
          ])
          .fix(
            `Ask the owner of account ${account} to create a provider for ${issuer} with the audience ${audienceOfAccount(subject) || defaultAudience}, or name another role.`,
            'Whether the service account is to have this role: its owner decides that.',
          ),
      ),
    );
  },
});
