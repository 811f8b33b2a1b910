/** The account and the partition of the role that a policy in a file is for. An account that a file writes out binds; else the account is
 *  one that no file names, so that it is equal to no other by chance. */
import { hasSlashOfItsOwn, isEksHost, isForServiceAccounts, isMeantForEks, regionOfIssuer } from '../../facts.ts';
import { cleanIssuer, factsOfPartition, partitionOf, partitions, providerHostPath, stripScheme } from '../../model.ts';
import {
  globMatches,
  type Located,
  loginIssuerOf,
  type ParsedPolicy,
  podIdentityService,
  type Statement,
  testsOnClaim,
  wildcardGlob,
} from '../../policy.ts';
import { hashOf } from '../../text.ts';
import { fillPlaceholders, hasPlaceholder, isOnePlaceholder, isReference, templateOf } from './placeholders.ts';
import { isNoProvider } from './references.ts';

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
  const statements = written.ok ? written.policy.statements : [];
  const providers = statements.flatMap(providersIn);
  const heads = providers.map(provider => templateOf(provider).split(':', 5));
  const account = known.accountId ?? heads.map(([, , , , id = '']) => id).find(isAccount);
  return {
    accountId: account ?? accountBeside(text),
    isAccountOpen: account === undefined,
    partition:
      known.partition ??
      heads.map(([, name = '']) => name).find(name => factsOfPartition(name) !== undefined) ??
      providers.map(partitionOfIssuer).find(name => name !== undefined) ??
      partitionsIn(statements)[0] ??
      partitionOf(''),
  };
};

/** The homes that a role may have: where only the tests of its policy say the partition, one for each that they name. */
export const homesOf = (written: ParsedPolicy, text: string, known: Partial<RoleHome>): readonly RoleHome[] => {
  const first = homeOf(written, text, known);
  const statements = written.ok ? written.policy.statements : [];
  const tested = partitionsIn(statements);
  const isCertain = known.partition !== undefined || statements.some(one => providersIn(one).length > 0);
  return isCertain || tested.length === 0 ? [first] : tested.map(partition => ({ ...first, partition }));
};

/** The partitions of the ARNs that statements write, each once; a pattern is of the first one that it matches. Principals are of
 *  the role's own one, or AWS refuses the policy. */
const partitionsIn = (statements: readonly Statement[]): readonly string[] => {
  const principals = statements.flatMap(({ principal, notPrincipal }) =>
    [principal, notPrincipal].flatMap(one => (one?.kind === 'typed' ? one.entries.map(({ value }) => value) : [])),
  );
  const tested = statements.flatMap(({ conditions }) => conditions.flatMap(({ values }) => values));
  const [own] = principals.flatMap(({ text }) => homeIn(text).partition ?? []);
  return own === undefined ? [...new Set(tested.flatMap(({ text }) => partitionIn(text) ?? []))] : [own];
};

const partitionIn = (text: string): string | undefined => {
  const [arn, partition = ''] = templateOf(text).split(':', 2);
  const all = [partitionOf(''), ...Object.keys(partitions)];
  return arn === 'arn' ? all.find(one => globMatches(wildcardGlob(partition), one)) : undefined;
};

/** The parts of a role's home that its ARN writes out. */
export const homeIn = (roleArn: string): Partial<RoleHome> => {
  const [arn, partition = '', service, , accountId = ''] = templateOf(roleArn).split(':');
  if (arn !== 'arn' || service !== 'iam') return {};
  return { ...(isAccount(accountId) ? { accountId } : {}), ...(factsOfPartition(partition) ? { partition } : {}) };
};

/** An ARN, or a pattern of ARNs, in a partition: that is the only value that its placeholder has there. */
export const inPartition = (text: string, partition: string): string => {
  const found: string[] = [];
  const [arn, own = '', ...rest] = fillPlaceholders(text, one => {
    found.push(one);
    return open;
  }).split(':');
  const isOpen = own.includes(open) && globMatches(wildcardGlob(own.replaceAll(open, '*')), partition);
  if (arn !== 'arn' || !isOpen) return text;
  const others = found.slice(own.split(open).length - 1);
  return ['arn', partition, ...rest].join(':').replaceAll(open, () => others.shift() ?? '');
};

/** Stands for a placeholder. */
export const open = '\u0000';

/** True for the ID of an account. */
export const isAccount = (text: string): boolean => /^\d{12}$/.test(text);

const providersIn = ({ principal }: Statement): readonly string[] =>
  principal?.kind === 'typed'
    ? principal.entries.filter(({ type }) => type === 'Federated').map(({ value }) => value.text)
    : [];

/** The provider of a statement in another partition than its issuer: it may be reached from there, which few people mean. */
export const oddPartitionIn = (statement: Statement): string | undefined =>
  providersIn(statement)
    .map(provider => {
      const [own, region] = [provider.split(':', 2)[1] ?? '', partitionOfIssuer(provider)];
      const all = region === undefined ? partitionsOfHost(provider) : [region];
      return { own, of: all.includes(own) ? undefined : all.at(-1) };
    })
    .filter(({ own, of }) => factsOfPartition(own) !== undefined && of !== undefined)
    .map(({ own, of }) => `its provider is of partition ${own}, and the issuer of ${of}: whether that is meant`)[0];

/** The providers of a statement whose issuers look like those of EKS, on hosts that are none of EKS. */
export const imitationsIn = ({ effect, principal }: Statement): readonly Located[] =>
  (effect === 'Allow' && principal?.kind === 'typed' ? principal.entries : [])
    .filter(({ type, value: { text } }) => {
      const issuer = providerHostPath(text) ?? '';
      return type === 'Federated' && isMeantForEks(issuer) && !isEksHost(issuer) && !hasPlaceholder(issuer);
    })
    .map(({ value }) => value);

/** Providers of AWS that have no ARN (IAM User Guide, "AWS JSON policy elements: Principal"). */
const withoutArn =
  /^(?:accounts\.google\.com|graph\.facebook\.com|www\.amazon\.com|cognito-identity\.amazonaws\.com|\*)$/;

/** True for the ARN of a provider, and for a text that may be one once it is filled in. */
export const mayBeProvider = (text: string): boolean => {
  const parts = templateOf(text).split(':');
  const resource = parts.length < 6 ? text : parts.slice(5).join(':');
  const isOpen = parts.length < 6 ? templateOf(text).startsWith('*') : resource.startsWith('*');
  const isShort = parts.length === 5 && parts[2] === 'iam';
  return (
    (isOpen && !isNoProvider(text)) || withoutArn.test(text) || (!isShort && /(?:oidc|saml)-provider\//.test(resource))
  );
};

/** The principal of AWS that a function or a variable gives, which may be everyone, or of another account. One that refers to a
 *  resource, or to the account of the deployment, is that. */
export const unknownPrincipalIn = ({ effect, principal }: Statement): Located | undefined =>
  effect === 'Allow' && principal?.kind === 'typed'
    ? principal.entries.find(({ type, value: { text } }) => {
        const part = text.startsWith('arn:') ? (text.split(':')[4] ?? '') : text;
        const isOpen = /\$\{[^{}]*(?:\(|\w \w)[^{}]*\}/.test(part) || (isOnePlaceholder(text) && !isReference(text));
        return type === 'AWS' && isOpen;
      })?.value
    : undefined;

/** Why a principal that is not known is told. */
export const whyUnknown = ({ text }: Located): string =>
  `its principal ${text} is not known: it may be ${text.startsWith('arn:') ? 'of another account' : 'everyone'}`;

/** The issuers, with scheme, whose tokens are of service accounts as statements have it. A provider beside them that is known for
 *  other logins, or whose own subject is tested for something else, is none. */
export const clusterIssuersIn = (statements: readonly Statement[]): readonly string[] =>
  statements.filter(isMeantForAccounts).flatMap(statement => {
    const issuers = issuersOfStatement(statement);
    const own = issuers.map(stripScheme).filter(issuer => !loginIssuerOf(issuer) && mayBeOfAccounts(statement, issuer));
    return own.length > 0 ? own.map(issuer => `https://${issuer}`) : issuers;
  });

/** The issuers that a statement names, with scheme. */
export const issuersOfStatement = (statement: Statement): readonly string[] =>
  providersIn(statement)
    .filter(text => text.includes('oidc-provider/') && !hasSlashOfItsOwn(text))
    .map(text => `https://${cleanIssuer(text)}`);

const mayBeOfAccounts = ({ conditions }: Statement, issuer: string): boolean => {
  const values = testsOnClaim(conditions, 'sub', [issuer]).flatMap(test => test.values);
  return values.length === 0 || values.some(({ text }) => /^(?:system:|[*?$])/i.test(text));
};

const isNearPodIdentity = (text: string): boolean =>
  text !== podIdentityService && /^(?:pods?[.-]?eks|eks[.-]?pods?)\b/i.test(text) && !hasPlaceholder(text);

/** True for a statement whose subjects are service accounts, with a mistyped prefix too. */
export const isMeantForAccounts = (statement: Statement): boolean =>
  isForServiceAccounts(statement) ||
  statement.conditions.some(({ values }) => values.some(({ text }) => /^system:ser\w*ac\w*:/i.test(text)));

/** A statement that allows web identities to assume the role and names no provider of them, or one for Pod Identity with a service that
 *  does not exist: it has the same name in each partition (EKS user guide, "Create IAM role with trust policy required by EKS Pod
 *  Identity"). */
export const oddPrincipalIn = (statement: Statement): string | undefined => {
  const { effect, actions = [], principal } = statement;
  const services = effect === 'Allow' && principal?.kind === 'typed' ? principal.entries : [];
  const other = services.find(({ type, value }) => type === 'Service' && isNearPodIdentity(value.text))?.value.text;
  if (other !== undefined) return `its principal ${other} is no service: that of Pod Identity is ${podIdentityService}`;
  if (effect !== 'Allow' || principal === undefined || !actions.some(({ text }) => /WebIdentity$/.test(text)))
    return undefined;
  const keys = statement.conditions.map(({ key }) => key.text);
  const openKey = keys.find(hasPlaceholder);
  const isForAll = principal.kind === 'everyone' || principal.entries.some(({ value }) => value.text === '*');
  if (isForAll && openKey !== undefined)
    return `everyone is its principal: whether ${openKey} restricts who may assume the role`;
  if (principal.kind !== 'typed') return undefined;
  const providers = providersIn(statement);
  if (providers.length === 0)
    return principal.entries.some(({ type, value }) => value.text === '*' || hasPlaceholder(type))
      ? undefined
      : 'it allows web identities, and none of its principals is of type Federated';
  const isIssuer = (text: string): boolean => {
    const resource = text.split(':').slice(5).join(':');
    return isOnePlaceholder(resource) && keys.some(key => key.startsWith(`${resource}:`));
  };
  const odd = providers.find(text => !mayBeProvider(text) || isIssuer(text));
  if (odd === undefined) return providers.every(isOnePlaceholder) ? twoIssuersIn(keys) : undefined;
  return odd.trim() === '' ? 'its principal is empty' : `its principal ${odd} is no ARN of an OIDC provider`;
};

/** Tokens have one issuer: keys that write two are right only if the one that is filled in later is the other. */
const twoIssuersIn = (keys: readonly string[]): string | undefined => {
  const issuers = keys.filter(key => /:(?:sub|aud)$/i.test(key)).map(key => key.slice(0, -4));
  const open = issuers.find(hasPlaceholder);
  const written = issuers.find(issuer => !hasPlaceholder(issuer) && isMeantForEks(issuer));
  return open && written && `whether ${open} is ${written}: the keys of its conditions name both`;
};

const partitionOfIssuer = (provider: string): string | undefined => {
  const region = regionOfIssuer(issuerIn(provider));
  return region === undefined || !/^[a-z]+(?:-[a-z]+)+-\d+$/.test(region) ? undefined : partitionOf(region);
};

const issuerIn = (provider: string): string => provider.replace(/^.*oidc-provider\/(?:https?:\/\/)?/, '');

/** The partitions whose domain the host of an issuer of EKS has; none for another host. */
const partitionsOfHost = (provider: string): readonly string[] => {
  const domain = /^oidc[.-]eks\.[^/.]+\.([a-z.]+)(?:\/|$)/.exec(templateOf(issuerIn(provider)))?.[1];
  return Object.entries(partitions).flatMap(([name, facts]) => (facts.dnsSuffix === domain ? name : []));
};

/** The ID of an account that a text does not contain, the same for the same text. */
export const accountBeside = (text: string): string => {
  for (let account = 100_000_000_000 + Number.parseInt(hashOf([text], 9), 16); ; account += 1)
    if (!text.includes(String(account))) return String(account);
};
