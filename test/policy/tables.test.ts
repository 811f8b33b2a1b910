/** The tables that decisions are made by, each as a whole: what a caller makes of each key, which principals stand for it, issuers. */
import { expect, test } from '@jest/globals';
import { keyFact } from '../../lib/policy/decide/request-keys.ts';
import type { TextGrammar } from '../../lib/policy/decide/text-grammar.ts';
import { callerOfIdentity } from '../../lib/policy/who/account-strangers.ts';
import { loginCaller } from '../../lib/policy/who/login-caller.ts';
import { podIdentityCaller, samlCaller } from '../../lib/policy/who/other-callers.ts';
import { matchesPodIdentity } from '../../lib/policy/who/pod-identity.ts';
import { customerIssuerOf } from '../../lib/policy/who/public-issuers.ts';
import {
  type Caller,
  environmentOf,
  type KeyChoice,
  parseOperator,
  podCaller,
  publicIssuerOf,
  serviceCaller,
} from '../../lib/policy.ts';
import { aRequest, mustParse, P, policyText } from '../support/trust-cases.ts';
import { whole } from '../support/whole/whole.ts';

const env = environmentOf(aRequest(), mustParse(policyText([])));
const at = { line: 1, column: 1 };
const saml = 'arn:aws:iam::111122223333:saml-provider/idp';
const github = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
const loginAt = (host: string, as: 'stranger' | 'borrower' | 'guest' = 'stranger') =>
  loginCaller({
    principal: github,
    host,
    keys: host,
    audiences: ['sts.amazonaws.com'],
    isTaken: value => value === 'taken',
    as,
  });

const callers: Readonly<Record<string, Caller>> = {
  'a pod': podCaller,
  'an account': callerOfIdentity({ account: '999999999999', mayBeOf: () => true, isNamed: () => false }),
  'a role': callerOfIdentity({
    account: '999999999999',
    arn: 'arn:aws:iam::999999999999:role/x',
    mayBeOf: () => false,
    isNamed: () => true,
  }),
  'Pod Identity': podIdentityCaller,
  'a service': serviceCaller('ec2.amazonaws.com'),
  'a login by SAML': samlCaller(saml),
  'a login at GitHub': loginAt('token.actions.githubusercontent.com'),
  'a borrower at GitHub': loginAt('token.actions.githubusercontent.com', 'borrower'),
  'a guest of Cognito': loginAt('cognito-identity.amazonaws.com', 'guest'),
  'a user of Cognito': loginAt('cognito-identity.amazonaws.com'),
  'a login elsewhere': loginAt('oidc.example'),
};

const keys = [
  ...['type', 'arn', 'account', 'orgid', 'orgpaths', 'tag/team', 'isawsservice', 'servicename', 'servicenameslist'].map(
    name => `aws:principal${name}`,
  ),
  ...['account', 'arn', 'orgid', 'orgpaths', 'owner', 'ip', 'vpc', 'vpce', 'vpcarn', 'identity'].map(
    name => `aws:source${name}`,
  ),
  ...['account', 'orgid', 'orgpaths', 'tag/team'].map(name => `aws:resource${name}`),
  ...['cluster-arn', 'cluster-name'].map(name => `aws:requesttag/eks-${name}`),
  ...['namespace', 'service-account', 'pod-name', 'pod-uid'].map(name => `aws:requesttag/kubernetes-${name}`),
  ...[
    'aws:requesttag/team',
    'aws:tagkeys',
    'aws:username',
    'aws:userid',
    'aws:tokenissuetime',
    'aws:federatedprovider',
  ],
  ...['aws:multifactorauthpresent', 'aws:multifactorauthage', 'aws:assumedroot', 'aws:viaawsservice', 'aws:calledvia'],
  ...['aws:calledviafirst', 'aws:calledvialast', 'aws:vpcsourceip', 'aws:vpceaccount', 'aws:vpceorgid'],
  ...['aws:ec2instancesourcevpc', 'aws:ec2instancesourceprivateipv4', 'aws:securetransport', 'aws:useragent'],
  ...['aws:referer', 'aws:requestedregion', 'aws:currenttime', 'aws:epochtime', 'aws:tomorrow'],
  ...[
    'sts:externalid',
    'sts:rolesessionname',
    'sts:sourceidentity',
    'sts:transitivetagkeys',
    'sts:roleauthorizedbyidp',
  ],
  ...['saml:aud', 'saml:sub', 'saml:iss', 'saml:sub_type', `${P}:sub`, `${P}:aud`, `${P}:iss`.toLowerCase()],
  ...['sub', 'aud', 'ref', 'repository', 'repository_owner', 'job_workflow_ref', 'actor', 'environment', 'x'].map(
    claim => `token.actions.githubusercontent.com:${claim}`,
  ),
  ...['aud', 'amr', 'sub', 'x'].map(claim => `cognito-identity.amazonaws.com:${claim}`),
  ...['oidc.example:sub', 'oidc.example:aud', 'ec2:roledelivery', 's3:prefix'],
];

const grammar = (pieces: TextGrammar): string =>
  pieces
    .map(piece =>
      typeof piece === 'string'
        ? piece
        : `<${piece.of.source}{${piece.least},${piece.most ?? ''}}${piece.until ?? ''}>`,
    )
    .join('');
const shown = (choice: KeyChoice | undefined): string => {
  if (choice === undefined) return 'as in a pod’s request';
  if (choice.kind === 'facts') return JSON.stringify(choice.facts);
  if (choice.kind === 'address') return `any address${choice.wideOnly ? ', of no narrow range' : ''}`;
  const { grammars, optional, taken } = choice;
  return `${grammars.map(grammar).join(' or ')}${optional ? ', or none' : ''}${taken === undefined ? '' : ', none that is taken'}`;
};

test('the fact of each key in a pod’s request', () => {
  whole('keys', [Object.fromEntries(keys.map(key => [key, JSON.stringify(keyFact(key, env))]))]);
  expect(new Set(keys).size).toBe(keys.length);
});

test.each(Object.entries(callers))('what %s makes of each key', (_name, caller) => {
  const choices = keys.map(key => [key, shown(caller.choice(key, env))] as const);
  whole('choices', [
    { action: caller.action, everyone: JSON.stringify(caller.everyone), ...Object.fromEntries(choices) },
  ]);
  expect(choices.length).toBeGreaterThan(80);
});

test('the principals that stand for each caller', () => {
  const texts = [
    '*',
    '999999999999',
    'arn:aws:iam::999999999999:root',
    'arn:aws:iam::999999999999:role/x',
    github,
    saml,
  ];
  const more = [
    'ec2.amazonaws.com',
    'pods.eks.amazonaws.com',
    '111122223333',
    aRequest().roleArn,
    `arn:aws:iam::111122223333:oidc-provider/${P}`,
  ];
  const entries = ['AWS', 'Federated', 'Service', 'CanonicalUser', 'Other'].flatMap(type =>
    [...texts, ...more].map(text => ({ type, value: { text, at } })),
  );
  const stands = Object.entries(callers).map(([name, caller]) => ({
    [name]: entries.map(
      entry => `${entry.type} ${entry.value.text}: ${JSON.stringify(Object.values(caller.principal(entry, env)))}`,
    ),
  }));
  whole('principals', stands);
  whole('of Pod Identity', [
    entries.map(
      entry => `${entry.type} ${entry.value.text}: ${JSON.stringify(Object.values(matchesPodIdentity(entry)))}`,
    ),
  ]);
  expect(stands.length).toBe(Object.keys(callers).length);
});

test('each issuer of logins, with its claims', () => {
  const hosts = [
    ...['token.actions.githubusercontent.com', 'vstoken.actions.githubusercontent.com', 'gitlab.com', 'scalr.io'],
    ...['app.terraform.io', 'agent.buildkite.com', 'accounts.google.com', 'oidc.fly.io', 'api.pulumi.com/oidc'],
    ...[
      'oidc.vercel.com',
      'oidc.example',
      'TOKEN.actions.githubusercontent.com',
      'www.amazon.com',
      'graph.facebook.com',
    ],
    ...[
      'app.harness.io/ng/api/oidc/account/x',
      'bitbucket.org',
      'oidc.circleci.com',
      'app.spacelift.io',
      'oidc.codefresh.io',
    ],
  ];
  const customers = [
    ...[
      'oidc.circleci.com/org/0-a',
      'oidc.circleci.com/org/',
      'api.bitbucket.org/2.0/workspaces/shop/pipelines-config/identity/oidc',
    ],
    ...['oidc.vercel.com/shop', 'token.actions.githubusercontent.com/shop', 'github.com/enterprises/shop'],
    ...['token.actions.shop.ghe.com', 'OIDC.vercel.com/Shop', 'oidc.vercel.com/shop/x'],
  ];
  const told = (issuer: ReturnType<typeof publicIssuerOf>): unknown =>
    issuer && {
      ...issuer,
      claims: Object.fromEntries(
        Object.entries(issuer.claims).map(([name, { owned, borrowed, free, ...rest }]) => [
          name,
          { owned: owned.map(grammar), borrowed: borrowed.map(grammar), free: free.map(grammar), ...rest },
        ]),
      ),
    };
  whole(
    'public',
    hosts.map(host => ({ [host]: told(publicIssuerOf(host)) ?? 'none' })),
  );
  whole(
    'of a customer',
    customers.map(host => ({ [host]: told(customerIssuerOf(host)) ?? 'none' })),
  );
  expect(hosts.filter(host => publicIssuerOf(host) !== undefined).length).toBeGreaterThan(5);
});

test('each operator', () => {
  const names = ['String', 'Numeric', 'Date', 'Arn'].flatMap(kind =>
    [
      'Equals',
      'NotEquals',
      'Like',
      'NotLike',
      'EqualsIgnoreCase',
      'NotEqualsIgnoreCase',
      'LessThan',
      'LessThanEquals',
      'GreaterThan',
      'GreaterThanEquals',
    ].map(name => `${kind}${name}`),
  );
  const others = [
    'Bool',
    'BinaryEquals',
    'IpAddress',
    'NotIpAddress',
    'Null',
    'stringequals',
    'StringEquals ',
    'Equals',
    '',
  ];
  const written = [...names, ...others].flatMap(name => [
    ...[name, `${name}IfExists`, `ForAnyValue:${name}`, `ForAllValues:${name}`, `ForAllValues:${name}IfExists`],
    ...[`forallvalues:${name}`, `ForSomeValues:${name}`],
  ]);
  whole('operators', [Object.fromEntries(written.map(text => [text, JSON.stringify(parseOperator(text)) ?? 'none']))]);
  expect(parseOperator('StringEquals')).toBeDefined();
});
