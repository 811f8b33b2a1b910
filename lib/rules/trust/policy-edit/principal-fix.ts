import { clustersWithIssuer, type Facts, type RoleSubject, type StatementSubject } from '../../../facts.ts';
import { cleanIssuer, type FixDraft, providerHostPath, valueOr } from '../../../model.ts';
import { namesPrincipal, splitKey, subjectOf } from '../../../policy.ts';
import { compareText, given, isObject, type JsonObject, objectOf } from '../../../text.ts';
import { withAlternatives } from '../../access/alternatives.ts';
import { gainsOfProvider } from '../../access/gains.ts';
import { creationRefusal, providerBeside } from '../../access/provider-creation.ts';
import { lookUpProvider } from '../../access/trust-context.ts';
import { otherAccountOf, otherAccountSentence, strangeCluster } from '../../oidc/cluster-called.ts';
import { annotatedAccounts, inventoryOf } from '../exposure/inventory.ts';
import { asList, oneOrMany, replaceStatement, withCondition } from './policy-json.ts';
import { gainSentence, refusalOf, trustPolicyFix } from './trust-policy-fix.ts';

type Statement = Pick<RoleSubject, 'role' | 'policy'> & Pick<StatementSubject, 'statement'>;

/**
 * The fix of a Federated principal: name another provider, and create that one where it does not exist yet. Condition keys
 * that name the old issuer, however written, follow. Where it is not certain which provider is meant, it is that of the one cluster
 * in which a service account of the statement has the role by its annotation: the cluster was made again. Else a person says which
 * cluster uses the role: the one that is called alike and those with a user of it are candidates.
 */
export const principalFix = (
  subject: Statement,
  from: string,
  to: string | undefined,
  facts: Facts,
  alike?: string,
): FixDraft => {
  const issuer = to === undefined ? undefined : providerHostPath(to);
  const { role } = subject;
  if (to === undefined || issuer === undefined) {
    const successor = providerUsed(from, subject, facts);
    return withAlternatives(
      successor === undefined
        ? {
            summary: `Name the provider of the cluster that uses ${role.name} in its trust policy, or delete the role.`,
            choice: 'Which cluster the role is for: the trust policy does not say it.',
          }
        : principalFix(subject, from, successor, facts),
      [...(alike === undefined ? [] : [alike]), ...livingProviders(from, subject, facts)].map(other =>
        principalFix(subject, from, other, facts),
      ),
    );
  }
  if (from === to) return creationFix(subject, issuer, facts);
  const strange = strangeCluster(issuer, role.arn, facts);
  const { status } = lookUpProvider(to, facts);
  const refusal = status === 'absent' ? creationRefusal(issuer, role, facts) : undefined;
  const renamed = replaceStatement(role.trustPolicy, subject.statement.index, statement => [
    renamePrincipal(statement, from, to, issuer),
  ]);
  return trustPolicyFix(subject, facts, refusal === undefined ? renamed : undefined, {
    ...(status === 'absent' ? { creates: { issuer, step: providerBeside(issuer, role, facts) } } : {}),
    summary: `Name the provider ${to}${strange === undefined ? '' : ` of ${strange}`} in the trust policy of ${role.name}.`,
    choice: [
      `Confirm that the role is for ${strange ?? `the cluster of https://${issuer}`}${status === 'unread' ? ', and that the account has its provider: the list of providers was not read' : ''}.`,
      ...[otherAccountSentence(issuer, role.arn, facts) ?? []].flat(),
    ].join(' '),
    instead: refusal ?? `Name the service accounts that use the role exactly, under StringEquals ${issuer}:sub.`,
    terraform: `identifiers = [${JSON.stringify(to)}]`,
    cdk: `iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(this, 'Provider', ${JSON.stringify(to)})`,
  });
};

/** The provider of the one cluster in which a service account that the statement names has the role by its annotation; undefined
 *  where there is none, or several, and where the cluster is of another account than the role: an annotation proves nothing there.
 *  `from` is the one that the statement has. */
export const providerUsed = (from: string, subject: Statement, facts: Facts): string | undefined => {
  const [used, ...more] = livingProviders(from, subject, facts).filter(arn => isUsedThrough(arn, subject, facts));
  const isOwn =
    used !== undefined && otherAccountOf(providerHostPath(used) ?? '', subject.role.arn, facts) === undefined;
  return more.length === 0 && isOwn ? used : undefined;
};

/** True where a service account that the statement names has the role by its annotation, in the cluster of a provider. */
const isUsedThrough = (arn: string, { role, statement }: Statement, facts: Facts): boolean => {
  const values = new Set(statement.conditions.flatMap(test => test.values.map(({ text }) => text)));
  return annotatedAccounts(providerHostPath(arn) ?? '', role.arn, facts).some(({ namespace, name }) =>
    values.has(subjectOf(namespace, name)),
  );
};

/** Providers of the account whose cluster exists and may have a user of the role, those first whose cluster the role is called
 *  after. A cluster that was read, and in which no service account has the role by its annotation, has no use for it. */
const livingProviders = (from: string, { role, statement }: Statement, facts: Facts): readonly string[] => {
  const { snapshot, fleet } = facts;
  const clustersOf = (arn: string) => clustersWithIssuer(fleet, `https://${providerHostPath(arn) ?? ''}`);
  const isCalledAfter = (arn: string): boolean => clustersOf(arn).some(({ name }) => role.name.includes(name));
  const mayHaveUser = (arn: string): boolean => {
    const issuer = providerHostPath(arn) ?? '';
    return inventoryOf(issuer, facts).status === 'unread' || annotatedAccounts(issuer, role.arn, facts).length > 0;
  };
  return valueOr(snapshot.providers, [])
    .map(({ arn }) => arn)
    .filter(arn => arn !== from && !namesPrincipal(statement, arn) && clustersOf(arn).length > 0)
    .filter(mayHaveUser)
    .toSorted((a, b) => Number(isCalledAfter(b)) - Number(isCalledAfter(a)) || compareText(a, b));
};

/** The fix of a provider that the policy names rightly and that does not exist. */
const creationFix = ({ role, policy }: Statement, issuer: string, facts: Facts): FixDraft => {
  const gains = policy.ok ? gainsOfProvider(issuer, policy.policy, role, facts) : { kind: 'undecided' as const };
  const refusal = refusalOf(gains) ?? creationRefusal(issuer, role, facts);
  const summary = `Create the provider for ${strangeCluster(issuer, role.arn, facts) ?? `https://${issuer}`}.`;
  if (refusal !== undefined)
    return {
      summary,
      choice: `${refusal} Name the service accounts that use the role exactly, under StringEquals ${issuer}:sub, before the provider is created.`,
    };
  const sentences = [otherAccountSentence(issuer, role.arn, facts), gainSentence(gains, role, facts)];
  const choice = sentences.filter(sentence => sentence !== undefined).join(' ') || undefined;
  return {
    summary,
    steps: [providerBeside(issuer, role, facts)],
    ...given({ choice }),
    terraform: `resource "aws_iam_openid_connect_provider" "eks" {\n  url            = ${JSON.stringify(`https://${issuer}`)}\n  client_id_list = ["sts.amazonaws.com"]\n}`,
    cdk: "new eks.OidcProviderNative(this, 'Provider', { url: cluster.clusterOpenIdConnectIssuerUrl })",
  };
};

const renamePrincipal = (statement: JsonObject, from: string, to: string, issuer: string): JsonObject => {
  const principal = objectOf(statement.Principal);
  const federated = asList(principal.Federated).filter(value => typeof value === 'string');
  const replaced = oneOrMany(federated.map(value => (value === from ? to : value)));
  const renamed = withCondition(statement, condition =>
    Object.fromEntries(
      Object.entries(condition).map(([operator, block]) => [
        operator,
        renameKeys(block, from, issuer, federated.length),
      ]),
    ),
  );
  const edited = { ...statement, Principal: { ...principal, Federated: replaced } };
  return isObject(statement.Condition) ? { ...edited, Condition: renamed.Condition } : edited;
};

/** Keys of the old issuer follow to the new one; with a single principal, any `:sub` and `:aud` key does. */
const renameKeys = (block: JsonObject, from: string, issuer: string, principals: number): JsonObject => {
  const entries = Object.entries(block).map(([key, values]): [string, unknown] => {
    const parts = splitKey(key);
    const isClaim = ['sub', 'aud'].includes(parts.claim.toLowerCase());
    const follows = cleanIssuer(parts.issuer) === cleanIssuer(from) || principals === 1;
    return [isClaim && follows ? `${issuer}:${parts.claim}` : key, values];
  });
  const clash = new Set(entries.map(([key]) => key.toLowerCase())).size < entries.length;
  return clash ? block : Object.fromEntries(entries);
};
