import { parseArn } from '../../model/arn.ts';
import { defineRule, failOrPass, notApplicable, reasonOf } from '../define-rule.ts';
import { lookUpPrincipal } from './statement/meant-provider.ts';
import { isOwnProvider, viewOf } from './statement/statement-view.ts';
import { missingMessage, missingProvider } from './trust-provider-missing-failure.ts';

/** IAM does not check that a Federated ARN exists: a deleted or mistyped provider is accepted and never matches. */
export const trustProviderMissing = defineRule({
  id: 'trust-provider-missing',
  kind: 'statement',
  group: 'trust',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Trusted providers exist',
  says: missingMessage.says,
  needs: ['roles', 'providers'],
  docs: {
    why: 'IAM compares the Federated ARN of a trust policy as text. If no provider has that ARN, because it was deleted, belongs to another cluster or is mistyped, no pod can assume the role.',
    fix: 'Create the missing provider if its cluster exists, else name the provider of the right cluster.',
    references: [
      'https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html',
      'docs/facts.md §A.7, §B.2',
    ],
  },
  check: (subject, facts) => {
    const view = viewOf(subject, facts);
    if (!view?.allows) return notApplicable;
    const own = view.principals.filter(
      one => parseArn(one.arn) === undefined || isOwnProvider(one.arn, subject.role.arn),
    );
    const lookups = own.map(principal => ({ principal, lookup: lookUpPrincipal(principal, facts) }));
    const absent = lookups.filter(({ lookup }) => lookup.status === 'absent');
    const unread = lookups.find(({ lookup }) => lookup.status === 'unread')?.lookup;
    return failOrPass(
      absent.map(({ principal }) => missingProvider(subject, view, principal, facts)),
      reasonOf('unread', unread?.status === 'unread' ? `the providers of the account (${unread.why})` : undefined),
    );
  },
});
