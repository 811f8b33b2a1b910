/** Forms of a trust policy, of its role, of the provider that it names, and of what else is there. */
import type { AuditSettings, Facts } from '../../../lib/facts/facts.ts';
import type { Provider, Role } from '../../../lib/model/account.ts';
import { type Collected, complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import type { AccountQuotas } from '../../../lib/model/quotas.ts';
import type { RoleLevel } from '../../../lib/model/role-level.ts';
import { aReadCluster, aServiceAccount } from '../example-cluster.ts';
import { anIssuer, aProvider, aRole, exampleIssuer, someFacts } from '../example-world.ts';
import { aGap, denied } from '../in-cluster-world.ts';
import { type Forms, formsOf } from './paired-worlds.ts';

type Json = Readonly<Record<string, unknown>>;

interface Parts {
  readonly subject?: Json;
  readonly audience?: Json;
  readonly principal?: Json;
  readonly beside?: readonly Json[];
  readonly role?: Partial<Role>;
  readonly providers?: Collected<readonly Provider[]>;
  readonly inside?: Partial<KubernetesFacts>;
  readonly settings?: Partial<AuditSettings>;
  readonly levels?: RoleLevel;
  readonly quotas?: Collected<AccountQuotas>;
}

const host = exampleIssuer.slice('https://'.length);
const other = host.replace('5C1D', '0000');
const sub = `${host}:sub`;
const aud = `${host}:aud`;
const cart = 'system:serviceaccount:checkout:cart';
const provider = aProvider().arn;
const github = provider.replace(host, 'token.actions.githubusercontent.com');

const subjects: Readonly<Record<string, Json>> = {
  'exact subject': { StringEquals: { [sub]: cart } },
  'two subjects': { StringEquals: { [sub]: [cart, 'system:serviceaccount:checkout:web'] } },
  'no subject': {},
  'any service account of the namespace': { StringLike: { [sub]: 'system:serviceaccount:checkout:*' } },
  'any namespace': { StringLike: { [sub]: 'system:serviceaccount:*:cart' } },
  'namespaces of a beginning': { StringLike: { [sub]: 'system:serviceaccount:team-*:cart' } },
  'a pattern across the colon': { StringLike: { [sub]: 'system:serviceaccount:prod*' } },
  everything: { StringLike: { [sub]: '*' } },
  'a pattern of names': { StringLike: { [sub]: ['system:serviceaccount:checkout:car?', cart] } },
  'wildcard under StringEquals': { StringEquals: { [sub]: 'system:serviceaccount:checkout:*' } },
  'upper case and white space': { StringEquals: { [sub]: ['system:serviceaccount:Checkout:cart', `${cart} `] } },
  'another subject': { StringNotEquals: { [sub]: cart } },
  'all values': { 'ForAllValues:StringLike': { [sub]: 'system:serviceaccount:checkout:*' } },
  'if it exists': { StringEqualsIfExists: { [sub]: cart } },
  'a key with a scheme': { StringEquals: { [`https://${sub}`]: cart } },
  'a key with another scheme': { StringEquals: { [`HTTP://${sub}`]: cart } },
  'the key of another issuer': { StringEquals: { [`${other}:sub`]: cart } },
  'a subject as audience': { StringEquals: { [sub]: 'sts.amazonaws.com', [aud]: cart } },
  'a subject of no service account': { StringEquals: { [sub]: 'cart' } },
  'a namespace that is not there': { StringEquals: { [sub]: 'system:serviceaccount:gone:cart' } },
  'neither namespace nor name': { StringEquals: { [sub]: 'system:serviceaccount:gone:other' } },
  'a service account that is not there': { StringEquals: { [sub]: 'system:serviceaccount:checkout:carts' } },
  'no token': { Null: { [sub]: 'true' } },
  'any token': { Null: { [sub]: 'false' } },
  'a variable': { StringLike: { [sub]: `system:serviceaccount:\${aws:PrincipalTag/team}:cart` } },
  'another case': { StringEqualsIgnoreCase: { [sub]: cart.toUpperCase() } },
  'an operator of ARNs': { ArnLike: { [sub]: cart } },
  'a wildcard that is excluded': { StringNotEquals: { [sub]: 'system:serviceaccount:checkout:*' } },
  'no value': { StringEquals: { [sub]: [] } },
};

const audiences: Readonly<Record<string, Json>> = {
  'audience of STS': { StringEquals: { [aud]: 'sts.amazonaws.com' } },
  'no audience': {},
  'mistyped audience': { StringEquals: { [aud]: 'sts.amazon.com' } },
  'two audiences': { StringEquals: { [aud]: ['sts.amazonaws.com', 'vault'] } },
  'audience if it exists': { StringLikeIfExists: { [aud]: 'sts.*' } },
  'audience of another issuer': { StringEquals: { [`${other}:aud`]: 'sts.amazonaws.com' } },
  'audience by address': { StringEquals: { [aud]: 'sts.amazonaws.com' }, IpAddress: { 'aws:SourceIp': '52.0.0.0/8' } },
  'audience by a tag of the role': { StringEquals: { [aud]: 'sts.amazonaws.com', 'aws:ResourceTag/team': 'shop' } },
  'audience under a key with a scheme': { StringEquals: { [`https://${aud}`]: 'vault' } },
  'not an audience': { StringNotEquals: { [aud]: 'vault' } },
};

const principals: Readonly<Record<string, Json>> = {
  'its provider': { Principal: { Federated: provider } },
  'two providers': { Principal: { Federated: [provider, provider.replace(host, other)] } },
  'provider of another account': { Principal: { Federated: provider.replace('111122223333', '444455556666') } },
  'mistyped provider': { Principal: { Federated: provider.replace('5C1D', '5C1E') } },
  everyone: { Principal: '*' },
  'any provider': { Principal: { Federated: '*' } },
  'all but one': { NotPrincipal: { Federated: github } },
  'all but its provider': { Principal: undefined, NotPrincipal: { Federated: provider } },
  'an account beside': { Principal: { Federated: provider, AWS: ['444455556666', '*'] } },
  'a wrong action': { Action: 'sts:AssumeRole' },
  'all actions': { Action: 'sts:*' },
  'another action not': { Action: undefined, NotAction: 'sts:AssumeRole' },
};

const statement = (over: Json): Json => ({
  Effect: 'Allow',
  Principal: { Federated: provider },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { [sub]: cart, [aud]: 'sts.amazonaws.com' } },
  ...over,
});
const ofService = (service: string): Json => ({
  Effect: 'Allow',
  Principal: { Service: service },
  Action: 'sts:AssumeRole',
});

const besides: Readonly<Record<string, readonly Json[]>> = {
  alone: [],
  'a Deny of the subject': [statement({ Effect: 'Deny' })],
  'a Deny of all others': [statement({ Effect: 'Deny', Condition: { StringNotLike: { [sub]: `${cart}*` } } })],
  'a Deny of everyone': [{ Effect: 'Deny', Principal: '*', Action: '*' }],
  'a Deny by a date': [
    statement({ Effect: 'Deny', Condition: { DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } } }),
  ],
  'a Deny by address': [
    statement({ Effect: 'Deny', Condition: { NotIpAddress: { 'aws:SourceIp': ['52.0.0.0/8', '192.0.2.0/24'] } } }),
  ],
  'a date that is over': [
    statement({
      Condition: { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' }, StringEquals: { [sub]: cart } },
    }),
  ],
  EC2: [ofService('ec2.amazonaws.com')],
  'EC2 and a Deny': [
    ofService('ec2.amazonaws.com'),
    { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:TagSession' },
  ],
  'EKS Pod Identity': [{ ...ofService('pods.eks.amazonaws.com'), Action: ['sts:AssumeRole', 'sts:TagSession'] }],
  'an account': [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Action: 'sts:AssumeRole' }],
  GitHub: [
    statement({
      Principal: { Federated: github },
      Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:shop/*' } },
    }),
  ],
  'a session name': [statement({ Condition: { StringLike: { 'sts:RoleSessionName': 'cart-*', [sub]: cart } } })],
};

const detail = { attachedPolicyArns: [], isAdministrator: false, tags: {}, lastUsedAt: '2026-10-31T00:00:00Z' };
const administrator = {
  ...detail,
  isAdministrator: true,
  attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
};

const forms = formsOf<Parts>();

/** The forms of each part. */
const trustForms: Forms<Parts> = {
  subject: forms('subject', subjects),
  beside: forms('beside', besides),
  principal: forms('principal', principals),
  audience: forms('audience', audiences),
  role: forms('role', {
    'details not asked for': {},
    administrator: { detail: complete(administrator) },
    'details refused': { detail: unavailable(denied) },
    'details in part': { detail: withGaps({ ...detail, tags: { team: 'shop' } }, [aGap('iam:ListRoleTags')]) },
    unused: { detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} }) },
  }),
  providers: forms('providers', {
    'a provider': complete([aProvider()]),
    'a provider of two audiences': complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]),
    'a provider without details': complete([aProvider({ detail: unavailable(denied) })]),
    'providers in part': withGaps([], [aGap('iam:ListOpenIDConnectProviders')]),
    'no provider': complete([]),
    'providers refused': unavailable(denied),
    'providers of two issuers': complete([aProvider(), aProvider({ issuer: `https://${other}` })]),
  }),
  inside: forms('inside', {
    'its service account': {},
    'others too': {
      serviceAccounts: complete(['cart', 'cars', 'web'].map(name => aServiceAccount({ name }))),
      namespaces: complete(
        ['checkout', 'team-a', 'prod'].map(name => ({ name, labels: {}, terminating: name === 'prod' })),
      ),
    },
    'service accounts refused': { serviceAccounts: unavailable(denied), namespaces: unavailable(denied) },
    'service accounts in part': { serviceAccounts: withGaps([], [aGap('list serviceaccounts')]) },
    'namespaces refused': { namespaces: unavailable(denied) },
    'no annotation': { serviceAccounts: complete([aServiceAccount({ annotations: {} })]) },
  }),
  quotas: {
    'quotas not asked for': {},
    ...forms('quotas', {
      'policies of 300 characters': complete({ oidcProviders: 2, trustPolicyLength: 300 }),
      'policies of 500 characters': complete({ oidcProviders: 1, trustPolicyLength: 500 }),
    }),
  },
  settings: forms('settings', {
    defaults: {},
    'a trusted account': {
      trusted: { organizations: [], accounts: ['444455556666'], principals: [], issuers: [], owners: ['shop'] },
    },
    'a trusted issuer': {
      trusted: { organizations: [], accounts: [], principals: [], issuers: [`https://${other}`], owners: [] },
      registeredIssuers: [`https://${other}`],
    },
    'all roles': { allRoles: true, inCluster: true },
  }),
};

const merged = (one: Json, second: Json): Json =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(second)])].map(key => [
      key,
      { ...(one[key] as Json), ...(second[key] as Json) },
    ]),
  );

const shown = { policy: 'inline', statement: 'Statement[0]', action: 's3:*', resource: '*' };
const way = { way: 'iam-005', steps: [shown] };
const levels: Readonly<Record<string, RoleLevel>> = {
  'its level is not known': { level: 'unknown', because: 'its policies were not read', isAsked: true },
  'it can do little': { level: 'little' },
  'it may be more than little': { level: 'little', mayBe: { level: 'reads-secrets', because: 'a condition' } },
  'it reads secrets': { level: 'reads-secrets', shown },
  'it is an administrator': { level: 'administrator', shown },
  'it can become one': { level: 'can-become-administrator', way },
};
/** The forms with what the role may do, for those that ask for it. */
export const levelForms: Forms<Parts> = {
  ...trustForms,
  levels: { 'levels not asked for': {}, ...forms('levels', levels) },
};

/** A world of these forms. */
export const trustWorld = (of: Parts): Facts =>
  someFacts({
    roles: complete([
      aRole({
        trustPolicy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            statement({ Condition: merged(of.audience ?? {}, of.subject ?? {}), ...(of.principal as Json) }),
            ...(of.beside ?? []),
          ],
        }),
        ...of.role,
      }),
    ]),
    providers: of.providers ?? complete([aProvider()]),
    clusters: complete([aReadCluster(of.inside)]),
    issuers: [anIssuer(), anIssuer({ url: `https://${other}`, fromPrivateNetwork: true })],
    settings: of.settings ?? {},
    ...(of.quotas === undefined ? {} : { quotas: of.quotas }),
    ...(of.levels === undefined
      ? {}
      : { rolePermissions: complete({ roles: {}, policies: {}, levels: { [aRole().arn]: of.levels } }) }),
  });

const patterned = (letters: string, pattern: (letter: string) => string): Json =>
  statement({
    Condition: { StringEquals: { [aud]: 'sts.amazonaws.com' }, StringLike: { [sub]: [...letters].map(pattern) } },
  });

/** Two statements whose patterns are wider together than each: they have every first letter of the names in the pattern. */
export const halves = (pattern: (letter: string) => string, over: Parts = {}): Facts =>
  trustWorld({
    ...over,
    subject: { StringLike: { [sub]: [...'abcdefghijklmnopqr'].map(pattern) } },
    audience: { StringEquals: { [aud]: 'sts.amazonaws.com' } },
    beside: [patterned('stuvwxyz0123456789', pattern)],
  });
