import type { StatementSubject } from '../../../facts/subjects.ts';
import { iamRegionOption, providerHostPath } from '../../../model/arn.ts';
import { cleanIssuer } from '../../../model/clean-issuer.ts';
import type { Fix } from '../../../model/finding.ts';
import { shellQuote } from '../../../text/shell-quote.ts';
import { splitKey } from '../statement/condition.ts';
import type { ProviderLookup } from '../statement/statement-view.ts';
import {
  asList,
  editStatement,
  isObject,
  type JsonObject,
  objectOf,
  oneOrMany,
  policyFix,
  withCondition,
} from './policy-fix.ts';

/**
 * The fix of a Federated principal: name another provider, and create that one where it is not there yet. Condition
 * keys that name the old issuer, however written, follow. Without a candidate a person must say which cluster uses the role.
 */
export const principalFix = (
  subject: Pick<StatementSubject, 'role' | 'statement'>,
  from: string,
  to: string | undefined,
  lookup: ProviderLookup,
): Fix => {
  const issuer = to === undefined ? undefined : providerHostPath(to);
  if (to === undefined || issuer === undefined)
    return {
      summary: `Name the provider of the cluster that uses ${subject.role.name} in its trust policy, or delete the role.`,
      commands: [],
      choice: 'Which cluster the role is for: no provider of the account resembles the one in the trust policy.',
    };
  const creates = lookup.status === 'found' ? [] : [createProvider(issuer, to)];
  const renamed = editStatement(subject.role.trustPolicy, subject.statement.index, statement =>
    renamePrincipal(statement, from, to, issuer),
  );
  const terraform = `identifiers = [${JSON.stringify(to)}]`;
  const cdk = `iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(this, 'Provider', ${JSON.stringify(to)})`;
  if (from === to)
    return {
      summary: `Create the provider for https://${issuer}.`,
      commands: creates,
      terraform: terraformProvider(issuer),
      cdk: "new eks.OidcProviderNative(this, 'Provider', { url: cluster.clusterOpenIdConnectIssuerUrl })",
    };
  return policyFix(subject.role, renamed, {
    before: creates,
    summary: `Name the provider ${to} in the trust policy of ${subject.role.name}.`,
    choice: `Confirm that the role is for the cluster of https://${issuer}: its service accounts can then assume it.`,
    terraform,
    cdk,
  });
};

/** The command that creates the provider of an EKS issuer with the audience that the webhook asks for. */
const createProvider = (issuer: string, arn: string): string =>
  `aws iam create-open-id-connect-provider --url ${shellQuote(`https://${issuer}`)} --client-id-list sts.amazonaws.com${iamRegionOption(arn)}`;

const terraformProvider = (issuer: string): string =>
  `resource "aws_iam_openid_connect_provider" "eks" {\n  url            = ${JSON.stringify(`https://${issuer}`)}\n  client_id_list = ["sts.amazonaws.com"]\n}`;

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
