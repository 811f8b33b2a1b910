import { describe, expect, test } from '@jest/globals';
import {
  type CreatedPod,
  conditionJudge,
  stepsPerCharacter,
} from '../../../lib/collect/kubernetes/match-conditions.ts';
import { takePod } from '../../../lib/collect/kubernetes/parse-pod.ts';
import { takeNamespace } from '../../../lib/collect/kubernetes/parse-service-account.ts';
import { fc } from '../../support/properties.ts';
import { casesOf } from '../../support/sample.ts';

const pod = (
  over: { labels?: Record<string, string>; annotations?: Record<string, string>; hostNetwork?: true } = {},
): CreatedPod => ({
  namespace: 'shop',
  metadata: { labels: over.labels ?? { app: 'cart' }, annotations: over.annotations },
  spec: { serviceAccountName: 'cart', hostNetwork: over.hostNetwork },
});
const judge = (expression: string, asked: CreatedPod = pod()) =>
  conditionJudge([{ name: 'c', expression }])(asked)?.kind ?? 'met';

describe('a condition of which everything is known', () => {
  test.each<readonly [expression: string, expected: string]>([
    ['true', 'met'],
    ['false', 'unmet'],
    [`object.metadata.namespace != 'kube-system'`, 'met'],
    [`object.metadata.namespace != 'shop'`, 'unmet'],
    [`request.namespace == "shop"`, 'met'],
    [`request.namespace in ['shop', 'cart']`, 'met'],
    [`!(request.namespace in ['shop', 'cart'])`, 'unmet'],
    [`object.metadata.namespace.startsWith('sh')`, 'met'],
    [`!object.metadata.namespace.startsWith("kube-")`, 'met'],
    [`object.metadata.namespace.endsWith('-dev')`, 'unmet'],
    [`object.metadata.namespace.contains('ho')`, 'met'],
    [`object.metadata.namespace.matches('^(shop|cart)$')`, 'met'],
    [`object.metadata.namespace.matches('^team-[a-z]+$')`, 'unmet'],
    [`request.operation == 'CREATE' && request.resource.resource == 'pods'`, 'met'],
    // From the Kubernetes documentation: leases are left to others.
    [`!(request.resource.group == "coordination.k8s.io" && request.resource.resource == "leases")`, 'met'],
    [`request.resource.group != "rbac.authorization.k8s.io"`, 'met'],
    [`object.kind == 'Pod' && oldObject == null`, 'met'],
    [`has(object.metadata.labels) && has(object.metadata.labels.app)`, 'met'],
    [`has(object.metadata.labels.irsa)`, 'unmet'],
    [`'app' in object.metadata.labels`, 'met'],
    [`object.metadata.labels['app'] == 'cart'`, 'met'],
    [`object.metadata.?labels['app'].orValue('') == 'cart'`, 'met'],
    [`object.metadata.?labels.irsa.orValue('off') == 'on'`, 'unmet'],
    [`object.metadata.?labels[?'skip'].orValue('') != 'true'`, 'met'],
    [`!has(object.metadata.annotations)`, 'met'],
    [`size(object.metadata.labels) > 0 ? true : false`, 'met'],
    [`!has(object.spec.hostNetwork) || !object.spec.hostNetwork`, 'met'],
    [`object.spec.serviceAccountName != 'default'`, 'met'],
  ])('%s is %s', (expression, expected) => expect(judge(expression)).toBe(expected));

  test('is judged by what the pod has', () => {
    expect(judge(`object.spec.hostNetwork`, pod({ hostNetwork: true }))).toBe('met');
    expect(judge(`object.metadata.annotations['a/b'] == 'x'`, pod({ annotations: { 'a/b': 'x' } }))).toBe('met');
  });
});

describe('a condition that asks for what is not known', () => {
  test.each([
    `!(request.userInfo.username in ['admin'])`,
    // From the Kubernetes documentation: requests of nodes are left out.
    `!("system:nodes" in request.userInfo.groups)`,
    `request.userInfo.username == 'a'`,
    `has(request.userInfo)`,
    `request.?userInfo.?username.orValue('') == ''`,
    `request.userInfo == 'x'`,
    `'userInfo' in request`,
    `size(object.metadata) > 1`,
    `object.metadata.name == 'x'`,
    `has(object.metadata.name)`,
    `request.name != 'x'`,
    `object.spec.containers[0].name == 'x'`,
    `object == oldObject`,
    `request.dryRun`,
    // An error beside something unknown is not certain to be one.
    `object.metadata.labels.none == 'x' || request.dryRun`,
    `request.dryRun || object.metadata.labels.none == 'x'`,
    `[request.dryRun] == [true]`,
  ])('%s is undecided', expression => expect(judge(expression)).toBe('undecided'));

  test.each([
    [`request.userInfo.username == 'a' || true`, 'met'],
    [`request.userInfo.username == 'a' && false`, 'unmet'],
    [`object.metadata.namespace == 'shop' || 'x' in request.userInfo.groups`, 'met'],
    [`object.metadata.namespace == 'shop' ? true : request.dryRun`, 'met'],
  ])('%s is %s, whatever that is', (expression, expected) => expect(judge(expression)).toBe(expected));

  test('of a pod of which only the namespace is known, labels are not known', () => {
    expect(judge(`has(object.metadata.labels)`, { namespace: 'shop' })).toBe('undecided');
    expect(judge(`object.spec.serviceAccountName == 'x'`, { namespace: 'shop' })).toBe('undecided');
    expect(judge(`object.metadata.namespace == 'x'`, { namespace: 'shop' })).toBe('unmet');
  });
});

describe('a form that is not decided here', () => {
  test.each([
    ['', 'nothing'],
    ['object.metadata.namespace', 'no truth value'],
    ['object.metadata.namespace ==', 'no CEL'],
    [`authorizer.group('').resource('pods').check('create').allowed()`, 'asks the authorizer'],
    [`namespaceObject.metadata.name == 'x'`, 'a variable that there is not'],
    [`object.metadata.labels.exists(k, k == 'app')`, 'repeats'],
    [`['a', 'b'].all(n, object.metadata.namespace != n)`, 'repeats'],
    [`object.metadata.namespace.matches('(a+)+b')`, 'a pattern that may take long'],
    [`object.metadata.namespace.matches('(?i)SHOP')`, 'a pattern with another meaning'],
    [`object.metadata.namespace.matches('^(.|a)(.|a)(.|a)(.|a)b$')`, 'a pattern that may take long'],
    [`object.metadata.namespace.matches(object.metadata.namespace)`, 'a pattern that is not written'],
    [`object.metadata.namespace.contains(object.metadata.namespace)`, 'a part that is not written'],
    [`quantity('1') == quantity('1')`, 'a library of Kubernetes'],
    [`1 + 1 == 2`, 'arithmetic'],
    [`object.metadata.namespace == 1 + 1`, 'arithmetic'],
    [`object.metadata.namespace == 'shop' // ${'x'.repeat(2000)}`, 'too long'],
    [`${'('.repeat(60)}true${')'.repeat(60)}`, 'too deep'],
    [`true${' && true'.repeat(150)}`, 'too long a chain'],
    [`[${'1,'.repeat(150)}1] == []`, 'too many values'],
  ])('%s is undecided: %s', expression => expect(judge(expression)).toBe('undecided'));
});

describe('several conditions', () => {
  const all = (...expressions: readonly string[]) =>
    conditionJudge(expressions.map((expression, index) => ({ name: `c${index}`, expression })));
  test.each<readonly [what: string, expressions: readonly string[], expected: unknown]>([
    ['all true: the webhook is called', ['true', 'true'], undefined],
    ['one false: it is not', ['true', 'false'], { kind: 'unmet', condition: 'c1' }],
    [
      'one false beside an error: it is not',
      [`object.metadata.labels.none == 'x'`, 'false'],
      { kind: 'unmet', condition: 'c1' },
    ],
    ['one false beside an unknown one: it is not', ['request.dryRun', 'false'], { kind: 'unmet', condition: 'c1' }],
    [
      'an error beside true ones: the failure policy decides',
      ['true', `object.metadata.labels.none == 'x'`],
      { kind: 'error', condition: 'c1' },
    ],
    [
      'an error beside an unknown one: nobody can tell',
      [`object.metadata.labels.none == 'x'`, 'request.dryRun'],
      { kind: 'undecided', condition: 'c1' },
    ],
    ['two unknown ones: the first is told', ['request.dryRun', 'request.uid'], { kind: 'undecided', condition: 'c0' }],
  ])('%s', (_, expressions, expected) => expect(all(...expressions)(pod())).toEqual(expected));

  test('are none: every pod is taken', () => expect(conditionJudge([])(pod())).toBeUndefined());
});

test.each([
  [`!has(object.metadata.labels.skip)`, { skip: 'yes' }, true],
  [`object.metadata.?labels.skip.orValue('') != 'true'`, { skip: 'true' }, true],
  [`object.metadata.?labels.irsa.orValue('') == 'on'`, { app: 'cart' }, undefined],
  [`object.metadata.labels['irsa'] == 'on'`, { irsa: 'off' }, undefined],
])('%s leaves out a pod with %j: by its own mark is %s', (expression, labels, expected) => {
  expect(conditionJudge([{ name: 'c', expression }])(pod({ labels }))).toEqual({
    kind: 'unmet',
    condition: 'c',
    ...(expected ? { byOwnMark: true } : {}),
  });
});

test('no value that is long is looked at: what it is leaves a condition open', () => {
  const annotations = { long: 'x'.repeat(2000), short: 'x' };
  expect(judge(`object.metadata.annotations['long'].contains('y')`, pod({ annotations }))).toBe('undecided');
  expect(judge(`object.metadata.annotations['short'] == 'x'`, pod({ annotations }))).toBe('met');
  expect(judge(`has(object.metadata.annotations.other)`, pod({ annotations }))).toBe('unmet');
});

test('the names of JavaScript mean nothing', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
    expect(judge(`object.metadata.labels['${name}'] == 'x'`)).not.toBe('met');
  expect(judge(`has(object.metadata.labels.toString)`)).toBe('unmet');
});

test('is total and never takes long for any text', () => {
  const words = fc.constantFrom(
    ...['object', '.metadata', '.labels', '.namespace', '[', ']', '(', ')', "'shop'", '==', '!=', '&&', '||', '!'],
    ...[' in ', 'has(', 'request', '.userInfo', '?', ':', 'true', 'null', '.matches(', 'size(', '.?', '1', '-', ','],
  );
  const text = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.array(words, { maxLength: 20 }).map(list => list.join('')),
  );
  fc.assert(
    fc.property(text, expression => {
      expect(['met', 'unmet', 'error', 'undecided']).toContain(judge(expression));
    }),
    { numRuns: casesOf(400) },
  );
});

/** A decision about an expression stays so whoever asks: nothing that is not known is read. */
test('what is decided does not depend on what is not known', () => {
  const atom = fc.constantFrom(
    `object.metadata.namespace == 'shop'`,
    `has(object.metadata.labels.app)`,
    `object.metadata.labels.none == 'x'`,
    `request.userInfo.username == 'a'`,
    `request.dryRun`,
    'false',
  );
  const { condition } = fc.letrec<{ condition: string }>(tie => ({
    condition: fc.oneof(
      { maxDepth: 4 },
      atom,
      fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} && ${b})`),
      fc.tuple(tie('condition'), tie('condition')).map(([a, b]) => `(${a} || ${b})`),
      tie('condition').map(a => `!(${a})`),
    ),
  }));
  fc.assert(
    fc.property(condition, expression => {
      const verdict = judge(expression);
      if (verdict === 'undecided') return;
      for (const value of ['true', 'false'])
        for (const other of ['true', 'false']) {
          const known = expression
            .replaceAll(`request.userInfo.username == 'a'`, value)
            .replaceAll('request.dryRun', other);
          expect(judge(known)).toBe(verdict);
        }
    }),
    { numRuns: casesOf(200) },
  );
});

describe('a pattern', () => {
  test.each([
    '',
    '^kube-',
    '^team-[a-z0-9-]+$',
    '^.*-dev$',
    '^a.?b$',
    '^[^.]+$',
    String.raw`^a\.b$`,
    'kube-system|^openshift-|-dev$',
    '^(shop|shop-eu)-[a-z]+-x$',
    '(kube|openshift)-.[ab]',
  ])('%s is linear by construction', pattern => expect(stepsPerCharacter(pattern)).toBeGreaterThanOrEqual(0));

  test.each([
    '(a|b)+',
    '^(a|b)*$',
    '.*.*.*',
    '^[a]*[a]*b$',
    '.*-dev$',
    'team-[a-z]+',
    '^(.|a)(.|a)(.|a)(.|a)b$',
    '^(a|b)(a|b)$',
    '^(a|(b|c))$',
    '^(a|b.)$',
    '^(a|^b)$',
    '^(a|)$',
    '^a|(b|c)$',
    '^[a-z]+|b',
    '^a^',
    'a$b',
    String.raw`^\d+$`,
    '^a{5}$',
    '^a+$',
    '^a.*?b$',
    '^[[:alpha:]]+$',
    'x'.repeat(300),
  ])('%s is not', pattern => expect(stepsPerCharacter(pattern)).toBeUndefined());
});

describe('work', () => {
  const longest = 'a'.repeat(1000);
  const withLong = pod({ annotations: { long: longest } });
  const asked = (terms: number, pattern: string) =>
    Array.from({ length: terms }, () => `object.metadata.annotations['long'].matches('${pattern}')`).join(' || ');
  const hostile = (expression: string) => Array.from({ length: 64 }, (_, index) => ({ name: `c${index}`, expression }));

  test.each([
    ['alternatives that are the same', `object.metadata.annotations['long'].matches('^${'(.|a)'.repeat(30)}b$')`],
    ['a text that is written', Array.from({ length: 30 }, () => `'${'a'.repeat(30)}'.matches('^[a]*b$')`).join(' || ')],
    ['a repeated class before a long end', asked(25, `^[a]*${'a'.repeat(30)}b$`)],
    ['a search for a long part', `object.metadata.annotations['long'].contains('${'a'.repeat(900)}b')`],
  ])('is bounded for 1000 pods and 64 conditions: %s', (_, expression) => {
    const judged = conditionJudge(hostile(expression));
    const before = process.cpuUsage().user;
    for (let call = 0; call < 1000; call++) judged(withLong);
    expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(10);
  });

  test('beyond the budget decides nothing: the first pods are left out, the last ones are undecided', () => {
    const judged = conditionJudge([{ name: 'c', expression: asked(20, `^[a]*${'a'.repeat(40)}b$`) }]);
    const kinds = Array.from({ length: 200 }, () => judged(withLong)?.kind);
    expect(kinds[0]).toBe('unmet');
    expect(kinds.at(-1)).toBe('undecided');
    expect(kinds.lastIndexOf('unmet')).toBe(kinds.indexOf('undecided') - 1);
  });

  test('is enough for the conditions that people write, on 20,000 pods', () => {
    const judged = conditionJudge([
      {
        name: 'system',
        expression: `!object.metadata.namespace.matches('^(kube-system|kube-public|kube-node-lease)$')`,
      },
      { name: 'teams', expression: `object.metadata.namespace.matches('^team-[a-z0-9-]+$')` },
      { name: 'skip', expression: `object.metadata.?labels['skip'].orValue('') != 'true'` },
    ]);
    const kinds = Array.from({ length: 20_000 }, () => judged(withLong)?.kind);
    expect(new Set(kinds)).toEqual(new Set(['unmet']));
  });
});

test.each(['a\rb', 'a\u2028b', 'a😀', 'aéb'])(
  '%j: what RE2 and JavaScript may read in two ways is not looked at',
  value => {
    const annotations = { odd: value };
    expect(judge(`object.metadata.annotations['odd'].matches('^a.b$')`, pod({ annotations }))).toBe('undecided');
    expect(judge(`has(object.metadata.annotations.other)`, pod({ annotations }))).toBe('unmet');
  },
);

describe('the parts of a cluster that are judged', () => {
  const judged = conditionJudge([{ name: 'not-shop', expression: `object.metadata.namespace != 'shop'` }]);
  const item = (namespace: string) => ({
    metadata: { name: 'cart-1', namespace },
    spec: { containers: [{ name: 'app' }] },
  });
  test('a pod keeps what the conditions make of it', () => {
    expect(takePod(new Set(), judged)(item('shop'))).toMatchObject({
      keep: { conditions: { kind: 'unmet', condition: 'not-shop' } },
    });
    expect(takePod(new Set(), judged)(item('cart'))).not.toHaveProperty('keep.conditions');
  });
  test('so does a namespace', () => {
    expect(takeNamespace(new Set(), judged)({ metadata: { name: 'shop' } })).toMatchObject({
      keep: { conditions: { kind: 'unmet', condition: 'not-shop' } },
    });
    expect(takeNamespace(new Set(), judged)({ metadata: { name: 'cart' } })).not.toHaveProperty('keep.conditions');
  });
});
