import {
  clustersWithIssuer,
  type EksPrincipal,
  type Facts,
  noProvider,
  notAuthorized,
  type StatementSubject,
} from '../../facts.ts';
import { cleanIssuer, type FixDraft, isOwnProvider, parseArn, providerArnBeside, valueOr } from '../../model.ts';
import { given, phrase } from '../../text.ts';
import { lookUpProvider } from '../access/trust-context.ts';
import {
  defineRule,
  eksGuide,
  type Failure,
  type FailureDraft,
  failOrPass,
  failures,
  notApplicable,
  undecidedOf,
} from '../prelude.ts';
import { replaceStatement, withoutPrincipal } from './policy-edit/policy-json.ts';
import { principalFix } from './policy-edit/principal-fix.ts';
import { trustPolicyFix } from './policy-edit/trust-policy-fix.ts';
import { mismatchedKeys } from './statement/key-mismatch.ts';
import { explains, readAt, type StatementView, viewOf } from './statement/statement-view.ts';
import {
  isPossible,
  leftoverOf,
  lookUpPrincipal,
  type ProviderMeant,
  providerMeant,
} from './statement/trusted-provider.ts';

/** The messages of trust-provider-missing. */
const fail = failures({
  'for-cluster': [
    'provider does not exist',
    'role {role} trusts cluster {cluster}, which has no provider in account {account}',
  ],
  nearest: ['provider does not exist', 'role {role} trusts a provider that does not exist; the nearest is {nearest}'],
  gone: [
    'provider does not exist',
    'role {role} trusts a provider that does not exist, and no cluster that was read has its issuer',
  ],
  impossible: ['invalid provider ARN', 'role {role} trusts {principal}, which is not a valid provider ARN'],
});

/** IAM does not check that a Federated ARN exists: a deleted or mistyped provider is accepted and never matches. */
export const trustProviderMissing = defineRule({
  id: 'trust-provider-missing',
  kind: 'statement',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'Trusted providers exist',
  fault: 'The trusted provider does not exist',
  says: fail.says,
  needs: ['roles', 'providers'],
  why: 'IAM compares the Federated ARN of a trust policy as text. If no provider has that ARN, because it was deleted, belongs to another cluster or is mistyped, no pod can assume the role.',
  fix: 'Create the missing provider if its cluster exists, else name the provider of the right cluster.',
  references: [eksGuide('enable-iam-roles-for-service-accounts'), 'docs/facts.md §A.7, §B.2'],
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
      undecidedOf('unread', unread?.status === 'unread' ? `the providers of the account (${unread.why})` : undefined),
    );
  },
});

/** The failure of a statement that names a provider which does not exist: which one is most likely right. */
const missingProvider = (
  subject: StatementSubject,
  view: StatementView,
  principal: EksPrincipal,
  facts: Facts,
): Failure => {
  const issuer = cleanIssuer(principal.hostPath);
  const meant = providerArnBeside(subject.role.arn, issuer);
  const [cluster] = clustersWithIssuer(facts.fleet, issuer);
  const isRead = lookUpProvider(principal.arn, facts).status !== 'unread';
  const { certain, alike }: ProviderMeant = cluster ? { certain: meant } : providerMeant(view, meant, facts);
  const candidate = certain ?? alike;
  const said = saidOf(subject, principal, cluster?.name, candidate)
    .discriminator(principal.arn)
    .at(principal.at)
    .evidence('Federated principal', readAt(subject, principal.at), principal.arn, candidate)
    .podError(cluster ? noProvider(`https://${issuer}`) : notAuthorized)
    .place({ providerArn: principal.arn, issuer: `https://${issuer}` })
    .explains([
      ...explains(
        subject,
        [principal.arn, ...mismatchedKeys(view)],
        ['trust-key-issuer-mismatch', 'trust-never-matches', 'trust-audience-impossible', 'trust-audience-unchecked'],
      ),
      { ruleId: 'role-trusts-dead-cluster', subject: subject.id },
    ]);
  const count = valueOr(facts.snapshot.providers, []).length;
  const listed = phrase('{count:provider}, none with this ARN', { count });
  const whole = isRead ? said.changing('providers of the account', 'iam:ListOpenIDConnectProviders', listed) : said;
  // Nothing is worse for being unread.
  const isMild = candidate === undefined && leftoverOf(subject, principal, facts) !== 'needed';
  return (isMild ? whole.severity('low').impact('hygiene') : whole).fix(
    fixOf(subject, principal, given({ certain, alike }), facts),
  );
};

const saidOf = (
  { role }: StatementSubject,
  principal: EksPrincipal,
  cluster: string | undefined,
  nearest: string | undefined,
): FailureDraft => {
  if (!isPossible(principal)) return fail.impossible({ role: role.name, principal: principal.arn });
  const account = parseArn(role.arn)?.accountId ?? '';
  if (cluster !== undefined) return fail['for-cluster']({ role: role.name, cluster, account });
  return nearest === undefined ? fail.gone({ role: role.name }) : fail.nearest({ role: role.name, nearest });
};

/** An invalid ARN is corrected as it stands; whether the account has that provider is another question. */
const fixOf = (
  subject: StatementSubject,
  principal: EksPrincipal,
  { certain, alike }: ProviderMeant,
  facts: Facts,
): FixDraft => {
  const hasCandidate = certain !== undefined || alike !== undefined;
  if (!hasCandidate && leftoverOf(subject, principal, facts) === 'left') return removalFix(subject, principal, facts);
  if (!hasCandidate && lookUpProvider(principal.arn, facts).status === 'unread')
    return {
      summary: `Write the provider in the trust policy of ${subject.role.name} as arn:<partition>:iam::<account>:oidc-provider/${cleanIssuer(principal.hostPath) || '<issuer>'}.`,
      choice: 'Confirm that the account has this provider: the list of providers was not read.',
    };
  return principalFix(subject, principal.arn, certain, facts, alike);
};

/** The fix of a principal that a deleted cluster left in a role which serves a living one: no token asks through it any more,
 *  so that nobody loses the role. */
const removalFix = (subject: StatementSubject, { arn }: EksPrincipal, facts: Facts): FixDraft => {
  const { role, statement, label } = subject;
  const policy = replaceStatement(role.trustPolicy, statement.index, one => withoutPrincipal(one, arn));
  return trustPolicyFix(subject, facts, policy, {
    summary: `Remove ${arn} from ${label} of ${role.name}: its cluster and its provider are gone.`,
    choice: 'Whether anything, such as a template, writes the statement again.',
    instead: `Remove the provider from ${label} by hand.`,
  });
};
