/** The account and the partition of the role that a policy in a file is for. An account that a file writes out binds; else the account is
 *  one that no file names, so that it is equal to no other by chance. */
import { regionOfIssuer } from '../../facts/eks-issuer.ts';
import { factsOfPartition, partitionOf } from '../../model/partition.ts';
import type { ParsedPolicy, Statement } from '../../policy/parse/policy.ts';
import { hashOf } from '../../text/hash-of.ts';
import { hasPlaceholder, templateOf } from './placeholders.ts';

/** Where the role of a policy is. */
export interface RoleHome {
  /** 12 digits. */
  readonly accountId: string;
  readonly partition: string;
  /** The account stands for one that the files do not write out. */
  readonly isAccountOpen: boolean;
}

/** The home of a role: `known` is what its own ARN says, else the providers that its policy names decide, since a provider
 *  serves roles of its own account alone (docs/facts.md §A.7); the host of an issuer says its partition. */
export const homeOf = (written: ParsedPolicy, text: string, known: Partial<RoleHome> = {}): RoleHome => {
  const providers = (written.ok ? written.policy.statements : []).flatMap(providersIn);
  const heads = providers.map(provider => templateOf(provider).split(':', 5));
  const account = known.accountId ?? heads.map(([, , , , id = '']) => id).find(isAccount);
  return {
    accountId: account ?? accountBeside(text),
    isAccountOpen: account === undefined,
    partition:
      known.partition ??
      heads.map(([, name = '']) => name).find(name => factsOfPartition(name) !== undefined) ??
      providers.map(partitionOfIssuer).find(name => name !== undefined) ??
      partitionOf(''),
  };
};

/** True for the ID of an account. */
export const isAccount = (text: string): boolean => /^\d{12}$/.test(text);

const providersIn = ({ principal }: Statement): readonly string[] =>
  principal?.kind === 'typed'
    ? principal.entries.filter(({ type }) => type === 'Federated').map(({ value }) => value.text)
    : [];

/** The provider of a statement in another partition than its issuer: it may be reached from there, which few people mean. */
export const oddPartitionIn = (statement: Statement): string | undefined =>
  providersIn(statement)
    .map(provider => ({ own: provider.split(':', 2)[1] ?? '', of: partitionOfIssuer(provider) }))
    .filter(({ own, of }) => factsOfPartition(own) !== undefined && of !== undefined && own !== of)
    .map(({ own, of }) => `its provider is of partition ${own}, and the issuer of ${of}: whether that is meant`)[0];

/** Providers of AWS that have no ARN (IAM User Guide, "AWS JSON policy elements: Principal"). */
const withoutArn =
  /^(?:accounts\.google\.com|graph\.facebook\.com|www\.amazon\.com|cognito-identity\.amazonaws\.com|\*)$/;

/** True for the ARN of a provider, and for a text that may be one once it is filled in. */
const mayBeProvider = (text: string): boolean => {
  const parts = templateOf(text).split(':');
  const resource = parts.length < 6 ? text : parts.slice(5).join(':');
  const isOpen = parts.length < 6 ? templateOf(text).startsWith('*') : resource.startsWith('*');
  return isOpen || withoutArn.test(text) || /(?:oidc|saml)-provider\//.test(resource);
};

/** A statement that allows web identities to assume the role and names no provider of them. */
export const oddPrincipalIn = (statement: Statement): string | undefined => {
  const { effect, actions = [], principal } = statement;
  if (effect !== 'Allow' || principal?.kind !== 'typed' || !actions.some(({ text }) => /WebIdentity$/.test(text)))
    return undefined;
  const providers = providersIn(statement);
  if (providers.length === 0)
    return principal.entries.some(({ type, value }) => value.text === '*' || hasPlaceholder(type))
      ? undefined
      : 'it allows web identities, and none of its principals is of type Federated';
  const odd = providers.find(text => !mayBeProvider(text));
  return odd === undefined ? undefined : `its principal ${odd} is no ARN of an OIDC provider`;
};

const partitionOfIssuer = (provider: string): string | undefined => {
  const region = regionOfIssuer(provider.replace(/^.*oidc-provider\/(?:https?:\/\/)?/, ''));
  return region === undefined || !/^[a-z]+(?:-[a-z]+)+-\d+$/.test(region) ? undefined : partitionOf(region);
};

/** The ID of an account that a text does not contain, the same for the same text. */
export const accountBeside = (text: string): string => {
  for (let account = 100_000_000_000 + Number.parseInt(hashOf([text], 9), 16); ; account += 1)
    if (!text.includes(String(account))) return String(account);
};
