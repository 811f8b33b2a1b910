import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import type { Provider } from '../../lib/model/account.ts';
import { complete, valueOr } from '../../lib/model/collected.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { asksForDecision, planOfFacts } from '../../lib/plan/plan.ts';
import { afterStep } from '../../lib/plan/simulate.ts';
import { decideOnly } from '../../lib/policy/decide/decide.ts';
import { parsePolicy } from '../../lib/policy/parse/parse-policy.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { trustRules } from '../../lib/rules/trust/rules.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aProvider, aRole, exampleIssuer, someFacts } from '../support/example-world.ts';
import { fc } from '../support/properties.ts';
import { casesOf, isWhole } from '../support/sample.ts';
import { argsOf, optionOf } from '../support/step-options.ts';

/** The effect of the commands of all trust findings on who may assume a role: asked of single tokens, one by one. */

const account = '111122223333';
const role = aRole();
const shop = exampleIssuer.slice('https://'.length);
const blue = shop.replace('5C1D', '7777');
const gone = shop.replace('5C1D', '0000');
const slip = shop.replace(/F$/, 'E');
const github = 'token.actions.githubusercontent.com';
const arnOf = (host: string, id = account) => `arn:aws:iam::${id}:oidc-provider/${host}`;
const subject = (namespace: string, name: string) => `system:serviceaccount:${namespace}:${name}`;

const namespaces = ['checkout', 'old', 'prod', 'kube-system'];
const names = ['cart', 'carts', 'pay', 'default'];
const audiences = ['sts.amazonaws.com', 'vault', 'unnamed.example'];
const subjects = [
  ...namespaces.flatMap(namespace => names.map(name => subject(namespace, name))),
  subject('zq7', 'zq8'),
];

const principals: readonly unknown[] = [
  { Federated: arnOf(shop) },
  { Federated: arnOf(shop) },
  { Federated: arnOf(blue) },
  { Federated: arnOf(slip) },
  { Federated: arnOf(gone) },
  { Federated: arnOf(shop, '444455556666') },
  { Federated: arnOf(`https://${shop}`) },
  { Federated: [arnOf(shop), arnOf(blue)] },
  { Federated: [arnOf(shop), arnOf(slip)] },
  { Federated: [arnOf(slip), arnOf(github)] },
  { Federated: [arnOf(shop), arnOf(github)] },
  { Federated: arnOf(shop), AWS: `arn:aws:iam::${account}:role/person` },
  { Federated: arnOf(slip), AWS: `arn:aws:iam::${account}:role/person` },
  { Federated: arnOf(shop), Service: 'ec2.amazonaws.com' },
  { AWS: `arn:aws:iam::${account}:root` },
];
const keyPrefixes = [
  shop,
  shop,
  shop,
  blue,
  gone,
  slip,
  `https://${shop}`,
  arnOf(shop),
  shop.replace('.com/', '.com:443/'),
];
const subjectTexts = [
  ...subjects.slice(0, 6),
  subject('checkout', 'cart'),
  subject('Checkout', 'cart'),
  subject('checkout', 'cart '),
  'checkout/cart',
  subject('checkout', '*'),
  subject('*', 'cart'),
  'system:serviceaccount:*',
  subject('old', 'ca?t'),
  subject('checkout', 'ca*'),
  '*',
];
const operators = [
  'StringEquals',
  'StringEquals',
  'StringEquals',
  'StringLike',
  'StringNotEquals',
  'StringNotLike',
  'StringEqualsIfExists',
  'ForAllValues:StringLike',
];

const block = fc
  .array(
    fc.tuple(
      fc.constantFrom(...keyPrefixes),
      fc.oneof(
        {
          weight: 4,
          arbitrary: fc.tuple(
            fc.constant('sub'),
            fc.array(fc.constantFrom(...subjectTexts), { minLength: 1, maxLength: 2 }),
          ),
        },
        {
          weight: 3,
          arbitrary: fc.tuple(
            fc.constant('aud'),
            fc.array(fc.constantFrom('sts.amazonaws.com', 'sts.amazonaws.com', 'vault', 'sts.amazonaws.com.cn', '*'), {
              minLength: 1,
              maxLength: 2,
            }),
          ),
        },
        { weight: 1, arbitrary: fc.tuple(fc.constant('aud'), fc.constant([subject('checkout', 'cart')])) },
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map(tests => Object.fromEntries(tests.map(([prefix, [claim, values]]) => [`${prefix}:${claim}`, values])));

const condition = fc.oneof(
  { weight: 1, arbitrary: fc.constant(undefined) },
  {
    weight: 8,
    arbitrary: fc
      .array(fc.tuple(fc.constantFrom(...operators), block), { minLength: 1, maxLength: 2 })
      .map(blocks => Object.fromEntries(blocks)),
  },
  {
    weight: 1,
    arbitrary: block.map(tests => ({ StringEquals: tests, IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } })),
  },
);
const web = 'sts:AssumeRoleWithWebIdentity';
const statement = fc.record({
  Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
  Principal: fc.constantFrom(...principals),
  Action: fc.constantFrom<unknown>(web, web, web, 'sts:AssumeRole', ['sts:AssumeRole', 'sts:TagSession'], 'sts:*'),
  Condition: condition,
});
/** A sound statement with one fault or two: what people write, and where a command is possible most often. */
const slips = fc.record({
  principal: fc.constantFrom(
    arnOf(shop),
    arnOf(shop),
    arnOf(slip),
    arnOf(gone),
    arnOf(blue),
    arnOf(shop, '444455556666'),
  ),
  subPrefix: fc.constantFrom(shop, shop, `https://${shop}`, gone, blue, shop.replace('.com/', '.com:443/')),
  audPrefix: fc.constantFrom(shop, shop, shop, `https://${shop}`, gone),
  subjects: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...subjectTexts).map(text => [text]) },
    fc.uniqueArray(fc.constantFrom(...subjectTexts), { minLength: 2, maxLength: 3 }),
  ),
  audience: fc.constantFrom('sts.amazonaws.com', 'sts.amazonaws.com', 'sts.amazonaws.com.cn', 'vault', undefined),
  operator: fc.constantFrom('StringEquals', 'StringEquals', 'StringLike'),
  action: fc.constantFrom(web, web, web, 'sts:AssumeRole'),
});
const slipped = slips.map(({ principal, subPrefix, audPrefix, subjects: values, audience, operator, action }) => ({
  Effect: 'Allow',
  Principal: { Federated: principal },
  Action: action,
  Condition: {
    [operator]: { [`${subPrefix}:sub`]: values, ...(audience === undefined ? {} : { [`${audPrefix}:aud`]: audience }) },
  },
}));
/** One statement that is right but for its subject. */
const openFor = (text: string): unknown => ({
  Effect: 'Allow',
  Principal: { Federated: arnOf(shop) },
  Action: web,
  Condition: { StringLike: { [`${shop}:sub`]: text }, StringEquals: { [`${shop}:aud`]: 'sts.amazonaws.com' } },
});
const policies = fc.oneof(
  fc.array(statement, { minLength: 1, maxLength: 3 }),
  fc.array(slipped, { minLength: 1, maxLength: 2 }),
  fc.constantFrom(...subjectTexts).map(text => [openFor(text)]),
);

/** The provider of a cluster that was created again: its tag says which one it was. */
const ofGone = aProvider({
  issuer: `https://${gone}`,
  detail: complete({
    url: gone,
    audiences: ['sts.amazonaws.com'],
    thumbprints: [],
    tags: { 'alpha.eksctl.io/cluster-name': 'shop' },
  }),
});
const providers: readonly (readonly Provider[])[] = [
  [aProvider(), aProvider({ issuer: `https://${blue}` })],
  [aProvider({ audiences: ['sts.amazonaws.com', 'vault'] }), ofGone],
  [aProvider({ issuer: `https://${blue}` })],
  [],
];

const clusterOf = (name: string, issuer: string, inside: readonly (readonly [string, string])[]) =>
  aReadCluster(
    {
      namespaces: complete(
        ['checkout', 'prod', 'kube-system'].map(one => ({ name: one, labels: {}, terminating: false })),
      ),
      serviceAccounts: complete(
        inside.map(([namespace, one]) =>
          aServiceAccount({
            namespace,
            name: one,
            annotations: one === 'cart' ? { 'eks.amazonaws.com/role-arn': role.arn } : {},
          }),
        ),
      ),
      pods: complete([]),
    },
    { cluster: { ...aReadCluster().cluster, ...aCluster({ name, issuer: `https://${issuer}` }) } },
  );

const world = (trustPolicy: string, there: readonly Provider[]): Facts =>
  someFacts({
    providers: complete(there),
    roles: complete([{ ...role, trustPolicy }]),
    quotas: complete({ oidcProviders: 100, trustPolicyLength: 4096 }),
    clusters: complete([
      clusterOf('shop', shop, [
        ['checkout', 'cart'],
        ['prod', 'cart'],
        ['checkout', 'pay'],
      ]),
      clusterOf('blue', blue, [['checkout', 'cart']]),
    ]),
  });

interface Assumer {
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}
const everyone: readonly Assumer[] = [shop, blue, gone, slip].flatMap(issuer =>
  subjects.flatMap(one => audiences.map(audience => ({ issuer, subject: one, audience }))),
);

/** Whether a token gets the role: STS looks for the provider and its audience, then the policy decides. */
const outcome = (
  text: string,
  there: readonly Provider[],
  { issuer, ...token }: Assumer,
): 'allow' | 'deny' | 'unknown' => {
  const provider = there.find(({ arn }) => arn === arnOf(issuer));
  if (!provider || !valueOr(provider.detail, undefined)?.audiences.includes(token.audience)) return 'deny';
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(`not a policy: ${text}`);
  return decideOnly(parsed.policy, {
    ...token,
    roleArn: role.arn,
    issuer: `https://${issuer}`,
    now: '2026-11-01T06:00:00.000Z',
  });
};

/** The world after the commands of a finding. */
const applied = (
  text: string,
  there: readonly Provider[],
  { fix }: Finding,
): readonly [string, readonly Provider[]] => {
  let policy = text;
  let now = there;
  for (const step of fix.steps ?? []) {
    const [, operation] = argsOf(step);
    if (operation === 'update-assume-role-policy') policy = optionOf(step, '--policy-document') ?? '';
    else if (operation === 'create-open-id-connect-provider')
      now = [
        ...now,
        aProvider({ issuer: optionOf(step, '--url') ?? '', audiences: [optionOf(step, '--client-id-list') ?? ''] }),
      ];
  }
  return [policy, now];
};

interface RawStatement {
  readonly Effect: string;
  readonly Principal: Readonly<Record<string, unknown>>;
}

/** The rights of principals other than the clusters: each with its statement. */
const ofOthers = (text: string): readonly string[] =>
  (JSON.parse(text) as { readonly Statement: readonly RawStatement[] }).Statement.flatMap(({ Principal, ...rest }) =>
    Object.entries(Principal).flatMap(([type, values]) =>
      [values]
        .flat()
        .filter(value => type !== 'Federated' || String(value).includes(github))
        .map(value => JSON.stringify([type, value, rest])),
    ),
  );

const said = new Map<string, number>();

/** The faults of the commands of a finding; empty if there are none. */
const faultsOf = (text: string, there: readonly Provider[], finding: Finding): readonly string[] => {
  const [after, now] = applied(text, there, finding);
  if (after === text && now === there) return [];
  said.set(finding.ruleId, (said.get(finding.ruleId) ?? 0) + 1);
  const moves = everyone.map(one => [one, outcome(text, there, one), outcome(after, now, one)] as const);
  const gained = moves.filter(
    ([, old, is]) => (is === 'allow' && old !== 'allow') || (is !== 'deny' && old === 'deny'),
  );
  const lost = moves.filter(([, old, is]) => old !== 'deny' && is === 'deny').map(([one]) => one);
  const faults: string[] = [];
  if (gained.length > 1)
    faults.push(
      `${gained.length} gained: ${gained
        .slice(0, 3)
        .map(([one]) => JSON.stringify(one))
        .join(' ')}`,
    );
  const known = new Set(ofOthers(text));
  if (ofOthers(after).some(one => !known.has(one))) faults.push('others gained');
  if (
    finding.ruleId === 'trust-subject-unknown-namespace' &&
    lost.some(
      one =>
        `https://${one.issuer}` !== finding.issuer ||
        one.subject !== subject(finding.namespace ?? '', finding.serviceAccount ?? ''),
    )
  )
    faults.push('more lost than the one subject');
  // One fault in two places of the policy is one finding: its command is for the first.
  const isInOnePlace = new Set(finding.evidence.flatMap(({ at }) => (at ? [JSON.stringify(at)] : []))).size < 2;
  const left = evaluate(world(after, now), { rules: trustRules }).findings;
  if (isInOnePlace && left.some(({ id }) => id === finding.id)) faults.push('still there');
  return faults.map(fault => `${finding.ruleId} ${finding.discriminator}: ${fault}\n${text}\n${after}`);
};

test('the commands of a trust finding fix it, add one service account with one audience at most, and nothing for others', () => {
  fc.assert(
    fc.property(policies, fc.constantFrom(...providers), (statements: readonly unknown[], there) => {
      const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
      const { findings } = evaluate(world(text, there), { rules: trustRules });
      expect(findings.flatMap(finding => faultsOf(text, there, finding))).toEqual([]);
    }),
    { numRuns: casesOf(100) },
  );
  const expected = [
    'role-trust-mixed',
    'role-trusts-dead-cluster',
    'trust-action-wrong',
    'trust-any-namespace',
    'trust-any-service-account-in-namespace',
    'trust-any-subject',
    'trust-audience-impossible',
    'trust-audience-unchecked',
    'trust-condition-vacuous',
    'trust-key-issuer-mismatch',
    'trust-provider-foreign',
    'trust-provider-missing',
    'trust-subject-literal-wildcard',
    'trust-subject-malformed',
    'trust-subject-pattern-broad',
    'trust-subject-unknown-namespace',
    'trust-subject-unknown-service-account',
  ];
  const absent = expected.filter(ruleId => !said.has(ruleId));
  // A sample may leave some out.
  expect(absent.length).toBeLessThanOrEqual(isWhole ? 0 : 8);
});

/** Who gained between two worlds, asked of single tokens. */
const gainedBetween = (before: Facts, after: Facts): readonly string[] => {
  const stateOf = ({ snapshot }: Facts) =>
    [valueOr(snapshot.roles, [])[0]?.trustPolicy ?? '', valueOr(snapshot.providers, [])] as const;
  const [was, is] = [stateOf(before), stateOf(after)];
  return everyone
    .filter(one => outcome(...was, one) === 'deny' && outcome(...is, one) !== 'deny')
    .map(one => JSON.stringify([one.issuer, one.audience, one.subject]));
};
const planOf = (facts: Facts, isDecided: (finding: Finding) => boolean) =>
  planOfFacts(facts, { rules: catalog }, { wants: () => true, isDecided });

test('a whole plan gives the role to nobody beyond what its steps say, and unasked to one for each finding', () => {
  let gains = 0;
  fc.assert(
    fc.property(policies, fc.constantFrom(...providers), (statements: readonly unknown[], there) => {
      const facts = world(JSON.stringify({ Version: '2012-10-17', Statement: statements }), there);
      const plan = planOf(facts, () => true);
      const said = new Set(
        plan.steps.flatMap(({ access = [] }) =>
          access.flatMap(one =>
            one.gains.flatMap(({ issuer, audience, subjects: named, patterns }) =>
              [...named, ...patterns].map(text => JSON.stringify([issuer, audience, text])),
            ),
          ),
        ),
      );
      const gained = gainedBetween(facts, plan.steps.reduce(afterStep, facts));
      gains += gained.length;
      const isOpen = plan.steps.some(({ access = [] }) => access.some(one => one.isOpen === true));
      const isPattern = [...said].some(text => /[*?]/.test(text));
      if (!isOpen && !isPattern) expect(gained.filter(one => !said.has(one))).toEqual([]);
      const unasked = planOf(facts, one => !asksForDecision(one));
      const gainedUnasked = gainedBetween(facts, unasked.steps.reduce(afterStep, facts));
      expect(gainedUnasked.length).toBeLessThanOrEqual(unasked.fixed.length);
    }),
    { numRuns: casesOf(15) },
  );
  expect(gains).toBeGreaterThan(10);
});
