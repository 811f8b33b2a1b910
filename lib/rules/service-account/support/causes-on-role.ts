/** Which findings on a role would be the cause of a refusal: they are told, and the refusal is folded into them. */

import { type Facts, isAsked, type ServiceAccountSubject } from '../../../facts.ts';
import {
  cleanIssuer,
  type KubernetesFacts,
  providerArnBeside,
  roleArnKey,
  stripScheme,
  valueOr,
} from '../../../model.ts';
import {
  type AccountName,
  accountOfSubject,
  type Decision,
  globMatches,
  isClockKey,
  isPlaceholder,
  nearestSubject,
  type StatementResult,
  type TestResult,
  wildcardGlob,
} from '../../../policy.ts';
import { nearest as nearestText } from '../../../text.ts';
import { lookUpProvider } from '../../access/trust-context.ts';
import type { Explained } from '../../prelude.ts';
import { tokenSubject } from './service-account-view.ts';

/** Who was refused: the subject of its tokens, their issuer without scheme, its cluster. */
interface RefusedIdentity {
  readonly subject: string;
  readonly issuer: string;
  readonly clusterArn: string;
  /** No other service account of the cluster names the role. */
  readonly isOnlyUser: boolean;
  /** The part of a service account's name that the cluster certainly does not have. */
  readonly missingPart: (account: AccountName) => 'namespace' | 'service account' | undefined;
}

/** A service account whose role refuses it. */
export const refusedOf = (
  subject: ServiceAccountSubject,
  { roleArn, issuer }: { readonly roleArn: string; readonly issuer: string },
  facts: Facts,
): RefusedIdentity => {
  const { kubernetes, cluster } = subject;
  const users = valueOr(kubernetes.serviceAccounts, []).filter(
    ({ annotations }) => annotations[roleArnKey] === roleArn,
  );
  return {
    subject: tokenSubject(subject),
    issuer: stripScheme(issuer),
    clusterArn: cluster.arn,
    isOnlyUser: users.length === 1,
    // Without the provider that is the cause, and nobody has the role. It may be absent where it could not be read.
    missingPart: account => (hasProvider(roleArn, issuer, facts) ? missingPartOf(account, kubernetes) : undefined),
  };
};

/** True where the role's account has the provider, or was not asked for it. */
const hasProvider = (roleArn: string, issuer: string, facts: Facts): boolean => {
  const { status } = lookUpProvider(providerArnBeside(roleArn, issuer), facts);
  return status === 'found' || (status === 'unread' && !isAsked(facts.snapshot.providers));
};

/** Of a part that was not read nothing is said to be missing. */
const missingPartOf = (
  { namespace, name }: AccountName,
  { namespaces, serviceAccounts }: KubernetesFacts,
): ReturnType<RefusedIdentity['missingPart']> => {
  if (namespaces.status !== 'complete' || serviceAccounts.status !== 'complete') return undefined;
  if (!namespaces.value.some(one => one.name === namespace)) return 'namespace';
  const isThere = serviceAccounts.value.some(one => one.namespace === namespace && one.name === name);
  return isThere ? undefined : 'service account';
};

/**
 * Findings on the role itself that would be the cause of a refusal: only those about what fails in the nearest statement,
 * so that a fault of a statement for somebody else explains nothing here; and none where a test fails that no finding on
 * the role would be about, since that test refuses the service account whatever else is fixed.
 */
export const causesOnRole = (
  roleArn: string,
  nearest: StatementResult | undefined,
  account: RefusedIdentity,
): readonly Explained[] => {
  if (nearest === undefined) return [];
  const named = federatedOf(nearest);
  const isMeant = nearest.tests.some(test => isOnSubject(test) && test.result === 'true');
  const failing = nearest.tests
    .filter(({ result }) => result === 'false')
    .map(test => testCauses(test, { account, named, isMeant }));
  if (failing.some(causes => causes.length === 0)) return [];
  return [...statementCauses(nearest, named, account), ...failing.flat()].map(cause => ({
    ...cause,
    subject: roleArn,
  }));
};

/** The finding on a statement that would allow the service account, where a denial leaves it nobody to allow. */
export const causesOfDenial = (roleArn: string, { statements }: Decision): readonly Explained[] =>
  statements
    .filter(({ statement, applies }) => statement.effect === 'Allow' && applies === 'true')
    .map(federatedOf)
    .flatMap(named => [named.join(' '), ...named])
    .map(discriminator => ({ ruleId: 'trust-never-matches', subject: roleArn, discriminator }));

const federatedOf = ({ statement: { principal } }: StatementResult): readonly string[] =>
  principal?.kind === 'typed'
    ? principal.entries.filter(entry => entry.type === 'Federated').map(entry => entry.value.text)
    : [];

type Cause = Omit<Explained, 'subject'>;

const statementCauses = (
  { principal, action, tests }: StatementResult,
  named: readonly string[],
  { issuer, clusterArn }: RefusedIdentity,
): readonly Cause[] => {
  if (principal.result === 'false') {
    const keysSayIt = tests.some(({ test }) => test.key.text.toLowerCase().startsWith(`${issuer.toLowerCase()}:`));
    return [
      ...named
        .filter(arn => keysSayIt || isMeant(arn, issuer))
        .flatMap(discriminator => [
          { ruleId: 'trust-provider-foreign', discriminator },
          { ruleId: 'trust-provider-missing', discriminator },
        ]),
      // Only where the service account's cluster took the place of the dead one.
      { ruleId: 'role-trusts-dead-cluster', clusterArn },
    ];
  }
  return action.result === 'false' ? [{ ruleId: 'trust-action-wrong', discriminator: named.join(' ') }] : [];
};

/** The provider of another cluster, missing or not, refuses nobody of this one: creating it would help nobody. */
const isMeant = (arn: string, issuer: string): boolean => {
  const written = cleanIssuer(arn);
  return written === issuer || nearestText(issuer, [written]) !== undefined;
};

const isOnSubject = ({ test }: TestResult): boolean => /:sub$/i.test(test.key.text);

/** `isMeant`: another test of the statement names the service account. */
const testCauses = (
  result: TestResult,
  {
    account,
    named,
    isMeant,
  }: { readonly account: RefusedIdentity; readonly named: readonly string[]; readonly isMeant: boolean },
): readonly Cause[] => {
  const { test, actual } = result;
  const { subject } = account;
  const key = test.key.text;
  if (isClockKey(key)) return [{ ruleId: 'trust-condition-expired', discriminator: named.join(' ') }];
  const wrongKey = { ruleId: 'trust-key-issuer-mismatch', discriminator: key };
  const never = [named.join(' '), ...named].map(discriminator => ({ ruleId: 'trust-never-matches', discriminator }));
  if (isOnSubject(result) && actual === undefined && !test.values.some(({ text }) => looksLike(text, subject)))
    return [];
  if (actual === undefined) return [wrongKey, ...never];
  if (/:aud$/i.test(key)) return [wrongKey, { ruleId: 'trust-audience-impossible' }];
  // A test on the presence of a claim that every token has refuses all of them.
  if (isMeant || /(?:^|:)null$/i.test(test.operator)) return never;
  if (test.values.every(({ text }) => isAudience(text))) return [wrongKey];
  const values = test.values.map(value => value.text);
  // A placeholder that was not filled in may have been meant for anybody: it is the cause where nothing else is named.
  const isUnfilled = values.every(isPlaceholder);
  const misspelt = values
    .filter(value => isUnfilled || looksLike(value, subject))
    .flatMap(discriminator => [
      { ruleId: 'trust-subject-literal-wildcard', discriminator },
      { ruleId: 'trust-subject-malformed', discriminator },
    ]);
  return [...misspelt, ...values.flatMap(value => goneCauses(value, values.length, account, named))];
};

/** Findings on a subject that does not exist, in whose place the service account stands: of its namespace, of its name in a namespace
 *  that is gone, or the only user of a role that trusts this subject alone. */
const goneCauses = (
  value: string,
  count: number,
  { subject, isOnlyUser, missingPart }: RefusedIdentity,
  named: readonly string[],
): readonly Cause[] => {
  const [gone, own] = [accountOfSubject(value), accountOfSubject(subject)];
  if (gone === undefined || own === undefined) return [];
  const part = missingPart(gone);
  const isRenamed = gone.name === own.name || (isOnlyUser && count === 1);
  const ruleIds = [
    ...(part === 'service account' && gone.namespace === own.namespace
      ? ['trust-subject-unknown-service-account']
      : []),
    ...(part === 'namespace' && isRenamed ? ['trust-subject-unknown-namespace'] : []),
  ];
  return ruleIds.flatMap(ruleId => named.map(arn => ({ ruleId, discriminator: `${arn} ${value}` })));
};

/** True if a value was plainly meant for this subject: as a pattern, as one of several in a text, by its name alone, or but for
 *  case, white space, its prefix and a slip of form. */
const looksLike = (value: string, subject: string): boolean => {
  const bare = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  const name = accountOfSubject(subject)?.name ?? '';
  if ([value, `system:serviceaccount:${value}`].some(text => bare(text) === bare(subject))) return true;
  if (bare(value) === bare(name)) return true;
  if (nearestSubject(value) === subject || value.split(/[\s,;]+/).some(part => part === subject)) return true;
  return /[*?]/.test(value) && globMatches(wildcardGlob(value), subject);
};

/** The text stands under the subject and is an audience of STS. */
const isAudience = (value: string): boolean => /^sts\.amazonaws\.com(?:\.cn)?$/.test(value);
