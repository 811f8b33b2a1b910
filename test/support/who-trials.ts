/** Trials of "everyone who may assume a role" against a second answer by brute force: pods, AWS accounts, logins. */
import { everyoneIn } from '../../lib/policy/who/everyone.ts';
import { podsUnder, setContains, setMayContain } from '../../lib/policy/who/subject-set.ts';
import { zoneOf } from '../../lib/policy/who/zone.ts';
import { exampleIssuer } from './example-world.ts';
import { type Dice, dice } from './random-policy.ts';
import { mustParse, P, provider, S } from './trust-cases.ts';
import type { Trial } from './trust-trials.ts';
import { inRange, type OracleCaller, passes, type Value } from './who-oracle.ts';

type Json = Readonly<Record<string, unknown>>;

const own = '111122223333';
const now = '2026-11-01T06:00:00.000Z';
const context = {
  roleArn: `arn:aws:iam::${own}:role/app`,
  now,
  roleTags: { team: 'a' },
  zone: zoneOf([own]),
  isCluster: (issuer: string) => issuer === P,
  audiencesOf: () => ['sts.amazonaws.com'],
};

const pick = <T>(roll: Dice, items: readonly [T, ...T[]]): T => items[roll(items.length)] ?? items[0];

/** All texts of a, b and c of these lengths: c stands for every other letter. */
const texts = (...lengths: readonly number[]): readonly string[] =>
  lengths.flatMap(length =>
    Array.from({ length: 3 ** length }, (_, at) =>
      at.toString(3).padStart(length, '0').replaceAll('0', 'a').replaceAll('1', 'b').replaceAll('2', 'c'),
    ),
  );
/** Capitals are among the first: of keys that are tied to another one, the first alone are tried. */
const short = [...texts(1), 'A', 'B', ...texts(2), 'AB', ...texts(3)];

const patternValues = ['a', 'b', 'ab', 'a*', '*b', '*', '?', '??', '?a', 'b?', '?*'] as const;

const anyText: readonly Value[] = [...short, undefined];

/** Keys of every request, with all that a caller can choose. */
const requestDomains: Readonly<Record<string, readonly Value[]>> = {
  'sts:rolesessionname': short,
  // A long one is among the first too: no `??` matches it.
  'aws:useragent': ['ccc', ...patternValues, ...short, '?A', 'B?', 'A*', '*B', undefined],
  'aws:requestedregion': texts(3, 4),
  'aws:securetransport': ['true'],
  'sts:durationseconds': ['900', '3599', '3600', '3601', '43200', undefined],
  'aws:currenttime': [now],
  'aws:resourceaccount': [own],
  'aws:resourcetag/team': ['a'],
  'aws:resourceorgid': [
    'o-aaaaaaaaaa',
    'o-bbbbbbbbbb',
    'o-cccccccccc',
    'o-*',
    'o-b*',
    'O-*',
    'O-B*',
    'O-AAAAAAAAAA',
    undefined,
  ],
};

const variables = [
  `\${sts:RoleSessionName}`,
  `a\${sts:RoleSessionName}`,
  `\${aws:UserAgent}`,
  `*\${aws:UserAgent}`,
] as const;
const bases = [
  'StringEquals',
  'StringLike',
  'StringLike',
  'StringNotEquals',
  'StringNotLike',
  'StringEqualsIgnoreCase',
] as const;

const textOperator = (roll: Dice): string => {
  const base = pick(roll, bases);
  const qualifier = pick(roll, ['', '', '', '', '', 'ForAllValues:', 'ForAnyValue:']);
  return `${qualifier}${base}${qualifier === '' && roll(6) === 0 ? 'IfExists' : ''}`;
};

type Draw = (roll: Dice) => readonly [operator: string, key: string, values: unknown];

const someOf = (roll: Dice, draw: () => unknown): unknown =>
  roll(3) === 0 ? Array.from({ length: 1 + roll(3) }, draw) : draw();

const textTest =
  (key: string, values: readonly string[], mayVary = true): Draw =>
  roll => {
    if (roll(12) === 0) return ['Null', key, pick(roll, ['true', 'false'])];
    const value = () => (mayVary && roll(8) === 0 ? pick(roll, variables) : (values[roll(values.length)] ?? 'a'));
    return [textOperator(roll), key, someOf(roll, value)];
  };

const requestTests: readonly Draw[] = [
  textTest('sts:RoleSessionName', patternValues),
  textTest('aws:UserAgent', patternValues),
  textTest('aws:RequestedRegion', ['aaa', 'ab*', '*b', '*', 'a??', 'b*a'], false),
  roll => ['Bool', 'aws:SecureTransport', pick(roll, ['true', 'false'])],
  roll => ['NumericLessThan', 'sts:DurationSeconds', pick(roll, ['900', '3600', '3601'])],
  roll => ['DateGreaterThan', 'aws:CurrentTime', pick(roll, ['2020-01-01T00:00:00Z', '2030-01-01T00:00:00Z'])],
  textTest('aws:ResourceAccount', [own, '1*', '999999999999'], false),
  textTest('aws:ResourceTag/team', ['a', 'b', '*'], false),
  textTest('aws:ResourceOrgID', ['o-aaaaaaaaaa', 'o-*', 'o-b*'], false),
  textTest('other.example/id/1:sub', ['a', '*'], false),
];

/** A condition of up to three tests. */
const conditionOf = (roll: Dice, tests: readonly Draw[], most = 3): Json => {
  const condition: Record<string, Record<string, unknown>> = {};
  for (let left = roll(most + 1); left > 0; left -= 1) {
    const [operator, key, values] = tests[roll(tests.length)]?.(roll) ?? ['Null', 'aws:x', 'true'];
    condition[operator] = { ...condition[operator], [key]: values };
  }
  return condition;
};

/** With two variables at most: all combinations of what they tie together are walked. */
const policyOf = (roll: Dice, draw: (isDeny: boolean) => Json): Json => {
  for (;;) {
    const policy = onePolicyOf(roll, draw);
    if (JSON.stringify(policy).split('${').length <= 3) return policy;
  }
};

const onePolicyOf = (roll: Dice, draw: (isDeny: boolean) => Json): Json => ({
  Version: '2012-10-17',
  Statement: [
    draw(false),
    ...(roll(4) === 0 ? [draw(false)] : []),
    ...Array.from({ length: [0, 0, 1, 1, 2][roll(5)] ?? 0 }, () => draw(true)),
  ].map((statement, at) => ({ Effect: 'Allow', Sid: `s${at}`, ...statement })),
});

interface Tally {
  cases: number;
  failed: number;
  readonly failures: string[];
  readonly counts: Record<string, number>;
}

const tally = (): Tally => ({ cases: 0, failed: 0, failures: [], counts: {} });

const judged = (trial: Tally, outcome: string, wrong: string | undefined, policy: Json): void => {
  trial.cases += 1;
  trial.counts[outcome] = (trial.counts[outcome] ?? 0) + 1;
  if (wrong === undefined) return;
  trial.failed += 1;
  if (trial.failures.length < 10) trial.failures.push(`${wrong}: ${JSON.stringify(policy)}`);
};

/** A policy in which no variable ties keys together has an exact answer. */
const isTied = (policy: Json): boolean => JSON.stringify(policy).includes('${');

const names = ['a', 'b', 'ab', 'c'] as const;
const subjectValues = ['a:a', 'a:*', '*:a', 'a*:b', '*:*', '?:?', 'ab:a', 'b:b*', '*a', '*'].map(text => S + text);
const podTests: readonly Draw[] = [
  textTest(`${P}:sub`, [...subjectValues, '*', `${S}\${sts:RoleSessionName}:a`], false),
  textTest(`${P}:sub`, subjectValues, false),
  textTest(`${P}:aud`, ['sts.amazonaws.com', 'sts.*', 'vault'], false),
  ...requestTests,
];

/** Pods: for each service account, whether it can. */
export const podTrial = (cases: number, seed: number): Trial => {
  const roll = dice(seed);
  const trial = tally();
  const never = { truth: { certain: false, possible: false }, doubts: [] };
  while (trial.cases < cases) {
    const policy = policyOf(roll, isDeny => ({
      ...(isDeny ? { Effect: 'Deny' } : {}),
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: conditionOf(roll, podTests),
    }));
    const asked = { ...context, issuer: exampleIssuer, audience: 'sts.amazonaws.com' };
    const set = podsUnder(mustParse(JSON.stringify(policy)), asked, never);
    for (const namespace of names)
      for (const name of names) {
        const subject = `${S}${namespace}:${name}`;
        const [isIn, mayBeIn, can] = [
          setContains(set, subject),
          setMayContain(set, subject),
          passes(policy, [podOf(subject)]),
        ];
        const outcome = isIn ? 'can' : mayBeIn ? 'may' : 'cannot';
        judged(
          trial,
          outcome,
          faultOf(outcome, can, isTied(policy)) ? `${subject} ${outcome}, brute force says ${can}` : undefined,
          policy,
        );
      }
  }
  return trial;
};

const podOf = (subject: string): OracleCaller => ({
  action: 'sts:AssumeRoleWithWebIdentity',
  isPrincipal: (type, text) => type === 'Federated' && text === provider,
  domains: {
    ...requestDomains,
    [`${P.toLowerCase()}:sub`]: [subject],
    [`${P.toLowerCase()}:aud`]: ['sts.amazonaws.com'],
  },
});

/** An undecided answer is right only where a variable ties keys together. */
const faultOf = (outcome: string, can: boolean, mayBeOpen: boolean): boolean =>
  outcome === 'may' ? !mayBeOpen : (outcome === 'can') !== can;

const accounts = ['222222222222', '233333333333', '344444444444', '711122223333'] as const;
const organizations = ['o-aaaaaaaaaa', 'o-abbbbbbbbb', 'o-bbbbbbbbbb', 'o-cccccccccc'] as const;
const arnsOf = (account: string): readonly string[] => [
  // A path is any ASCII from ! to DEL (IAM API, CreateRole, Path).
  ...['role/a', 'role/ab', 'role/c', 'user/a', 'user/c', 'root', 'role/a:user/c', 'role/a:user/a', 'user/a:role/a'].map(
    name => `arn:aws:iam::${account}:${name}`,
  ),
  `arn:aws:sts::${account}:federated-user/a`,
];

const addressTest =
  (key: string, ranges: readonly string[]): Draw =>
  roll => [
    `${pick(roll, ['IpAddress', 'NotIpAddress'])}${roll(6) === 0 ? 'IfExists' : ''}`,
    key,
    someOf(roll, () => ranges[roll(ranges.length)] ?? '0.0.0.0/0'),
  ];

const accountTests: readonly Draw[] = [
  textTest('aws:PrincipalAccount', [own, '222222222222', '2*', '*', '?11122223333'], false),
  textTest('aws:PrincipalOrgID', ['o-aaaaaaaaaa', 'o-*', 'o-a*', '*', 'o-bbbbbbbbbb'], false),
  textTest(
    'aws:PrincipalArn',
    ['*:role/a', '*:role/a*', '*:user/*', `arn:aws:iam::${own}:*`, 'arn:aws:iam::2*:role/*', '*'],
    false,
  ),
  roll => [
    pick(roll, ['ArnLike', 'ArnNotLike']),
    'aws:PrincipalArn',
    pick(roll, ['arn:aws:iam::*:role/a*', `arn:aws:iam::${own}:*`, 'arn:*:iam::2*:*']),
  ],
  textTest('sts:ExternalId', patternValues),
  textTest('aws:PrincipalTag/x', patternValues),
  textTest('aws:RequestTag/y', patternValues),
  textTest(
    'sts:SourceIdentity',
    patternValues.filter(text => text !== '?' && text !== 'a' && text !== 'b'),
  ),
  roll => [pick(roll, ['Bool', 'BoolIfExists']), 'aws:MultiFactorAuthPresent', pick(roll, ['true', 'false'])],
  roll => ['Bool', 'aws:PrincipalIsAWSService', pick(roll, ['true', 'false'])],
  textTest('aws:SourceAccount', [own, '*'], false),
  addressTest('aws:SourceIp', ['18.0.0.0/9', '18.128.0.0/9', '203.0.113.0/24', '52.0.0.0/8', '0.0.0.0/1', '99.7.0.1']),
  addressTest('aws:VpcSourceIp', ['10.20.0.0/16', '10.0.0.0/8', '172.16.0.0/12', '192.168.3.4']),
  textTest('saml:sub', patternValues, false),
  textTest('aws:SourceVpc', ['vpc-0a1b2c3d', 'vpc-*', '*'], false),
  ...requestTests,
];

const accountPrincipals: readonly [unknown, ...unknown[]] = [
  '*',
  { AWS: '*' },
  { AWS: '222222222222' },
  { AWS: 'arn:aws:iam::222222222222:role/a' },
  { AWS: own },
];

/** AWS accounts: whether somebody outside of the zone of trust can. Of organizations that a policy names nobody knows whose they are: who
 *  passes as one of them alone is unread. */
export const accountTrial = (cases: number, seed: number): Trial => {
  const roll = dice(seed);
  const trial = tally();
  while (trial.cases < cases) {
    const policy = policyOf(roll, isDeny => ({
      ...(isDeny ? { Effect: 'Deny' } : {}),
      Principal: pick(roll, accountPrincipals),
      Action: pick(roll, ['sts:AssumeRole', 'sts:AssumeRole', 'sts:*', ['sts:TagSession', 'sts:SetSourceIdentity']]),
      Condition: conditionOf(roll, accountTests),
    }));
    const text = JSON.stringify(policy);
    const foreign = organizations.filter(id => !text.includes(`"${id}"`));
    const passesAs = (ids: readonly Value[], network: OracleCaller['domains']): boolean =>
      passes(policy, callersOf(ids, network));
    const vpcs = ['vpc-12345678', undefined];
    const can = passesAs([...foreign, undefined], { 'aws:sourceip': publicAddresses(policy), 'aws:sourcevpc': vpcs });
    // Nobody read whose the organizations and networks are that the policy names.
    const named = { 'aws:sourceip': [...addressesTried, undefined], 'aws:sourcevpc': ['vpc-0a1b2c3d', ...vpcs] };
    const together = spreadNetworks(policy).some(part => passes(part, callersOf([...foreign, undefined], named)));
    strangersJudged(trial, policy, can || together, 'account', {
      canAsNamed: can || passesAs([...organizations, undefined], named),
      ...servicesPass(policy),
    });
  }
  return trial;
};

const callersOf = (ids: readonly Value[], network: OracleCaller['domains']): readonly OracleCaller[] =>
  accounts.flatMap(account =>
    arnsOf(account).map(arn => ({ ...principalOf(account, arn, ids, { ...passedOn, ...network }), needs })),
  );

const statementsOf = (policy: Json): readonly Json[] => (Array.isArray(policy.Statement) ? policy.Statement : []);
const conditionTests = ({ Condition }: Json): readonly (readonly [operator: string, key: string, values: unknown])[] =>
  Object.entries({ ...Object(Condition) }).flatMap(([operator, keys]) =>
    Object.entries({ ...Object(keys) }).map(([key, values]) => [operator, key, values] as const),
  );

/** The parts of a policy, one for each Allow statement with the Deny statements, that name networks alone, where those of all
 *  such statements for one principal have as many addresses as a /8: no test but those on addresses may name somebody. */
const spreadNetworks = (policy: Json): readonly Json[] => {
  const statements = statementsOf(policy);
  const denies = statements.filter(({ Effect }) => Effect === 'Deny');
  const isOwner = ([operator, key]: readonly [string, string, unknown]): boolean =>
    operator !== 'Null' && /^aws:(?:sourceip|vpcsourceip|sourcevpc|principalorgid)$/i.test(key);
  if (denies.flatMap(conditionTests).some(isOwner)) return [];
  const spread = statements.filter(statement => {
    const owners = conditionTests(statement).filter(isOwner);
    return (
      statement.Effect !== 'Deny' &&
      owners.length > 0 &&
      owners.every(([operator, key]) => key === 'aws:SourceIp' && operator.startsWith('IpAddress'))
    );
  });
  const nameOf = ({ Principal }: Json): string => JSON.stringify(Principal === '*' ? { AWS: '*' } : Principal);
  return spread.flatMap(statement => {
    const alike = spread.filter(one => nameOf(one) === nameOf(statement) && callable(one, denies, policy));
    const blocks = new Set(
      alike
        .flatMap(conditionTests)
        .filter(isOwner)
        .flatMap(([, , values]) => [values].flat()),
    );
    const halves = ['18.0.0.0/9', '18.128.0.0/9'].filter(block => blocks.has(block));
    return alike.includes(statement) && halves.length === 2 ? [{ ...policy, Statement: [statement, ...denies] }] : [];
  });
};

/** Whether somebody calls by a statement from a network that it names, and can for certain. */
const callable = (statement: Json, denies: readonly Json[], policy: Json): boolean =>
  passes(
    { ...policy, Statement: [statement, ...denies] },
    callersOf([undefined], { 'aws:sourceip': [...addressesTried, undefined], 'aws:sourcevpc': [undefined] }),
  );

/** Keys that a caller passes on to the session, and the actions that they need (IAM User Guide, "Pass session tags"; "Monitor and
 *  control actions taken with assumed roles"). */
const passedOn: OracleCaller['domains'] = { 'aws:requesttag/y': anyText, 'sts:sourceidentity': anyText };
const needs = { 'aws:requesttag/y': 'sts:TagSession', 'sts:sourceidentity': 'sts:SetSourceIdentity' };

/** Services of AWS that call for accounts of anybody: whether a wildcard stands for them is not documented. Of the keys that
 *  they send, those that the guide names are certain; the others may be anything. */
const servicesPass = (policy: Json): { readonly mayBeService: boolean; readonly isService: boolean } => {
  const certain: OracleCaller = {
    action: 'sts:AssumeRole',
    isPrincipal: (type, text) => type === 'AWS' && text === '*',
    domains: {
      ...requestDomains,
      'aws:principalisawsservice': ['true'],
      'aws:sourceaccount': ['222222222222', '711122223333'],
      'aws:resourceorgid': ['o-aaaaaaaaaa', 'o-bbbbbbbbbb', 'o-cccccccccc', undefined],
    },
  };
  const statements = statementsOf(policy);
  const denies = statements.filter(({ Effect }) => Effect === 'Deny');
  /** The statements that, with the Deny ones, look at services. */
  const about = (keys: RegExp): Json => ({
    ...policy,
    Statement: [
      ...statements.filter(one => one.Effect !== 'Deny' && keys.test(JSON.stringify([one, ...denies]))),
      ...denies,
    ],
  });
  const loose = about(/aws:SourceAccount|aws:PrincipalIsAWSService|"Null":\{[^}]*aws:Principal/);
  /** Of keys that AWS documents for no call of a service each test may come out either way. */
  const isUnknown = (key: string): boolean =>
    /^(?:sts:sourceidentity|aws:(?:requesttag\/y|sourceip|vpcsourceip|sourcevpc))$/i.test(key);
  const known = statementsOf(loose).flatMap((one): readonly Json[] => {
    const tests = conditionTests(one);
    if (!tests.some(([, key]) => isUnknown(key))) return [one];
    if (one.Effect === 'Deny') return [];
    const kept = tests.filter(([, key]) => !isUnknown(key));
    const operators = [...new Set(kept.map(([operator]) => operator))];
    const testsOf = (operator: string) =>
      kept.filter(([own]) => own === operator).map(([, key, values]) => [key, values]);
    return [{ ...one, Condition: Object.fromEntries(operators.map(one => [one, Object.fromEntries(testsOf(one))])) }];
  });
  return {
    mayBeService: passes({ ...policy, Statement: known }, [certain]),
    isService: passes(about(/aws:SourceAccount|aws:PrincipalIsAWSService/), [certain]),
  };
};

const ofSigner: Readonly<Record<string, readonly Value[]>> = {
  'sts:externalid': anyText,
  'aws:principaltag/x': anyText,
  'aws:multifactorauthpresent': ['true', 'false', undefined],
  'aws:principalisawsservice': ['false'],
  'saml:sub': anyText,
};

const addressesTried = [
  '18.3.4.5',
  '18.200.4.5',
  '203.0.113.9',
  '52.9.9.9',
  '77.1.2.3',
  '99.7.0.1',
  '140.8.8.8',
] as const;

/** Addresses that strangers call from, and none behind a VPC endpoint. The ranges of one test are somebody's as a whole where they
 *  have fewer addresses than a /8: counted in blocks of /9, of which each range here is one, less than one, or two and more. */
const publicAddresses = (policy: Json): readonly Value[] => {
  const tests = [...JSON.stringify(policy).matchAll(/"aws:SourceIp":(\[[^\]]*\]|"[^"]*")/g)].map(([, values = '']) => [
    ...new Set(values.match(/[\d./]{3,}/g) ?? []),
  ]);
  const narrow = tests.filter(ranges => {
    const sizes = ranges.map(range => Number(range.split('/')[1] ?? 32));
    return !sizes.some(size => size < 9) && sizes.filter(size => size === 9).length < 2;
  });
  return [
    ...addressesTried.filter(address => !narrow.some(ranges => ranges.some(range => inRange(address, range)))),
    undefined,
  ];
};

const principalOf = (
  account: string,
  arn: string,
  ids: readonly Value[],
  network: OracleCaller['domains'],
): OracleCaller => ({
  action: 'sts:AssumeRole',
  isPrincipal: (type, text) =>
    type === 'AWS' && (text === '*' || text === account || text === arn || text === `arn:aws:iam::${account}:root`),
  domains: {
    ...requestDomains,
    'aws:principalaccount': [account],
    'aws:principalarn': [arn],
    'aws:principalorgid': ids,
    // An id has lower-case letters and digits alone (AWS Organizations API Reference, Organization: ^o-[a-z0-9]{10,32}$).
    'aws:resourceorgid': ['o-aaaaaaaaaa', 'o-bbbbbbbbbb', 'o-cccccccccc', undefined],
    ...ofSigner,
    ...network,
    // Whoever has a VPC chooses its range (Amazon VPC, VPC CIDR blocks), not its id.
    'aws:vpcsourceip': ['10.20.0.7', '10.200.1.1', '172.18.0.1', '192.168.3.4', '203.0.113.9', undefined],
  },
});

/** A second answer: whether somebody can, can as what the policy names, or by a service. */
interface Others {
  readonly canAsNamed: boolean;
  readonly mayBeService: boolean;
  readonly isService: boolean;
}

const strangersJudged = (
  trial: Tally,
  policy: Json,
  can: boolean,
  kind: string,
  { canAsNamed, mayBeService, isService }: Others = { canAsNamed: can, mayBeService: false, isService: false },
): void => {
  const all = everyoneIn(mustParse(JSON.stringify(policy)), context).flatMap(({ stranger }) =>
    stranger && !stranger.isDormant ? [stranger] : [],
  );
  // Whether a wildcard stands for logins is not documented: never proven, and nothing to compare with.
  const ofWildcard = all.filter(one => one.kind === 'login' && one.principal === '*');
  const isProven = ofWildcard.some(({ verdict }) => verdict === 'open');
  const strangers = all.filter(one => isProven || !ofWildcard.includes(one));
  const read = strangers.filter(({ isUnread }) => !isUnread);
  const outcome = read.some(({ verdict }) => verdict === 'open')
    ? 'can'
    : read.length > 0
      ? 'may'
      : strangers.length > 0
        ? 'unread'
        : 'cannot';
  const witness = strangers.map(one => one.witness).join('; ');
  // The claims that a session of a login carries on to sts:AssumeRole are not documented.
  const mayBeOpen = isTied(policy) || mayBeService || JSON.stringify(policy).includes('saml:');
  const isWrong =
    outcome === 'unread'
      ? can || isService || !(canAsNamed || mayBeOpen)
      : faultOf(outcome, outcome === 'cannot' ? canAsNamed || isService : can, mayBeOpen);
  judged(trial, outcome, isWrong ? `${kind} ${outcome} ${witness}, brute force says ${can}` : undefined, policy);
};

const G = 'token.actions.githubusercontent.com';
const github = `arn:aws:iam::${own}:oidc-provider/${G}`;
const subjects = ['a/a:a', 'a/*', 'a*', '*/a:*', '*', 'a/a:*', '?/a:a', 'b/b:*', 'ab/*'].map(text => `repo:${text}`);
const loginTests: readonly Draw[] = [
  textTest(`${G}:sub`, [...subjects, '*', '*:a', 'environment:a', 'environment:*'], false),
  textTest(`${G}:sub`, subjects, false),
  textTest(`${G}:aud`, ['sts.amazonaws.com', '*', 'other'], false),
  textTest(`${G}:repository_owner`, ['a', 'b', 'a*', '*', '?'], false),
  textTest(`${G}:ref`, patternValues, false),
  ...requestTests,
];

/** GitHub: whether somebody can with an account that the policy does not name. */
export const loginTrial = (cases: number, seed: number): Trial => {
  const roll = dice(seed);
  const trial = tally();
  while (trial.cases < cases) {
    const policy = policyOf(roll, isDeny => ({
      ...(isDeny ? { Effect: 'Deny' } : {}),
      Principal: { Federated: github },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: conditionOf(roll, loginTests),
    }));
    strangersJudged(trial, policy, passes(policy, [strangerAtGithub(policy)]), 'login');
  }
  return trial;
};

const owners = texts(1, 2);

/** An owner is taken where a policy writes it without a wildcard, with the slash that ends it or as the whole value. */
const strangerAtGithub = (policy: Json): OracleCaller => {
  const written = [...JSON.stringify(policy).matchAll(/"(?:repo:)?([abc]+)(?:\/[^"]*)?"/g)].map(([, owner]) => owner);
  const free = owners.filter(owner => !written.includes(owner));
  const values = free.flatMap(owner =>
    ['a', 'b', 'c'].flatMap(name => short.map(rest => `repo:${owner}/${name}:${rest}`)),
  );
  return {
    action: 'sts:AssumeRoleWithWebIdentity',
    isPrincipal: (type, text) => type === 'Federated' && text === github,
    domains: {
      ...requestDomains,
      // A repository may have its tokens named by other claims (GitHub, "Customizing the token claims").
      [`${G}:sub`]: [
        ...values,
        ...short.map(text => `environment:${text}`),
        'environment:*',
        ...free.map(owner => `repository_owner:${owner}`),
      ],
      [`${G}:aud`]: ['sts.amazonaws.com'],
      [`${G}:repository_owner`]: [...free, undefined],
      [`${G}:ref`]: [...short, undefined],
    },
  };
};
