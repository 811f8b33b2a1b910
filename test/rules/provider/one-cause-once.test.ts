import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { catalog, rulesByGroup } from '../../../lib/rules/catalog.ts';
import { evaluate as evaluateAlone } from '../../../lib/rules/evaluate/evaluate.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import {
  aCertificate,
  aCluster,
  aClusterSnapshot,
  aHost,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  exampleRootThumbprint,
  someFacts,
} from '../../support/example-world.ts';
import { fc } from '../../support/properties.ts';
import { examplesOf } from '../../support/rule-examples.ts';
import { casesOf } from '../../support/sample.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

const rules = [...rulesByGroup.cluster, ...rulesByGroup.provider, ...rulesByGroup.issuer];
const evaluated = (facts: Facts) => evaluate(facts, { rules: catalog });
const idsOf = (facts: Facts) => evaluated(facts).findings.map(({ ruleId }) => ruleId);

describe('the same cause is reported once', () => {
  test.each<[string, () => Facts, readonly string[], readonly string[]]>([
    [
      'a provider for the dual-stack name, and the role that trusts it',
      () => {
        const issuer = exampleIssuer.replace('oidc.eks.eu-west-1.amazonaws.com', 'oidc-eks.eu-west-1.api.aws');
        return someFacts({
          providers: complete([aProvider({ issuer })]),
          roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer }) })]),
          issuers: [anIssuer()],
        });
      },
      ['provider-url-mismatch'],
      ['cluster-provider-missing'],
    ],
    [
      'an audience of China, and the role that asks for the right one',
      () =>
        someFacts({
          providers: complete([aProvider({ audiences: ['sts.amazonaws.com.cn'] })]),
          clusters: complete([aReadCluster()]),
        }),
      ['provider-audience-missing'],
      ['provider-audience-unexpected', 'trust-audience-impossible'],
    ],
    [
      'the leaf and a stranger’s certificate are pinned: one command fixes both',
      () => someFacts({ providers: complete([aProvider({ thumbprints: ['1'.repeat(40), 'f'.repeat(40)] })]) }),
      ['provider-thumbprint-not-root'],
      ['provider-thumbprint-stale'],
    ],
    [
      'a leaf that is pinned and ends',
      () =>
        someFacts({
          providers: complete([aProvider({ thumbprints: ['1'.repeat(40)] })]),
          now: '2027-06-20T00:00:00.000Z',
        }),
      ['provider-thumbprint-not-root'],
      ['issuer-certificate-expiring'],
    ],
  ])('%s', (_what, facts, expected, folded) => {
    const { findings } = evaluated(facts());
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(expected);
    expect(findings.flatMap(({ explains }) => explains.map(({ ruleId }) => ruleId))).toEqual(
      expect.arrayContaining([...folded]),
    );
  });
});

describe('an auditor behind a proxy that inspects TLS', () => {
  const proxy = aCertificate({ subject: 'CN=Gateway', sha1: '9'.repeat(40), isSelfSigned: true });
  const host = complete(aHost({ chain: [proxy], trust: { verdict: 'untrusted', why: 'it ends at CN=Gateway' } }));
  const urls = [exampleIssuer, exampleIssuer.replace('5C1D', '7777'), exampleIssuer.replace('5C1D', '9999')];
  const facts = someFacts({
    clusters: complete(
      urls.map((issuer, index) => aClusterSnapshot({ cluster: aCluster({ issuer, name: `shop-${index}` }) })),
    ),
    providers: complete(urls.map(issuer => aProvider({ issuer }))),
    issuers: urls.map(url => anIssuer({ url, host, discovery: complete({}), keys: complete([]) })),
  });

  test('is told once, as a matter of its own, and nothing is said that AWS does not see', () => {
    const { findings, gaps } = evaluated(facts);
    expect(gaps).toEqual([]);
    expect(
      findings.map(({ ruleId, severity, impact, explains }) => [ruleId, severity, impact, explains.length]),
    ).toEqual([['issuer-certificate-untrusted', 'low', 'hygiene', 2]]);
    expect(findings[0]).not.toHaveProperty('podError');
  });

  const own = 'https://issuer.example.com';
  const withOwn = (eksHost: typeof host, ownHost: typeof host) =>
    someFacts({
      settings: { registeredIssuers: [own] },
      clusters: complete([aClusterSnapshot({ cluster: aCluster({ issuer: exampleIssuer }) })]),
      providers: complete([aProvider({ issuer: exampleIssuer }), aProvider({ issuer: own })]),
      issuers: [
        anIssuer({ url: exampleIssuer, host: eksHost }),
        anIssuer({ url: own, host: ownHost, discovery: complete({ issuer: own, jwksUri: `${own}/keys` }) }),
      ],
    });
  const corp = aCertificate({ subject: 'CN=Corp', sha1: '7'.repeat(40), isSelfSigned: true });
  const untrusted = (chain: readonly (typeof proxy)[], over: object = {}) =>
    complete(aHost({ chain, trust: { verdict: 'untrusted', why: 'it ends there' }, ...over }));
  const ofOwn = (facts: ReturnType<typeof someFacts>) => {
    const { findings, undecided } = evaluated(facts);
    return [
      findings
        .filter(({ subject }) => subject.includes('example.com'))
        .map(({ ruleId, severity }) => `${severity} ${ruleId}`),
      undecided.filter(({ subject }) => subject.includes('example.com')).map(({ ruleId, kind }) => `${kind} ${ruleId}`),
    ];
  };
  const unknown = [
    'ambiguous provider-thumbprint-mismatch',
    'ambiguous provider-thumbprint-not-root',
    'ambiguous issuer-certificate-untrusted',
    'ambiguous issuer-certificate-expiring',
  ];

  test.each<[string, ReturnType<typeof someFacts>, readonly string[], readonly string[]]>([
    ['signed by the CA that signs for EKS here', withOwn(host, untrusted([proxy])), [], unknown],
    ['reached through a proxy', withOwn(complete(aHost()), untrusted([corp], { proxied: true })), [], unknown],
    [
      'reached directly, with a CA of its own',
      withOwn(host, untrusted([corp])),
      // The provider pins another thumbprint: IAM goes by it where no public CA signed.
      ['high provider-thumbprint-mismatch'],
      [],
    ],
  ])('an issuer of your own, %s', (_, facts, findings, undecided) => {
    expect(ofOwn(facts)).toEqual([findings, undecided]);
  });

  test('that only tunnels hides nothing', () => {
    const tunnelled = complete(aHost({ proxied: true }));
    expect(ofOwn(withOwn(tunnelled, tunnelled))).toEqual([[], []]);
  });
});

describe('a healthy world is silent', () => {
  const sha1 = exampleRootThumbprint;
  const selfSigned = '8da7f965ec5efc37910f1c6e59fdc1cc6a6ede16';
  const publicTo = (root: string) =>
    anIssuer({
      host: complete(aHost({ trust: { verdict: 'public', root: { subject: 'CN=Amazon Root CA 1', sha1: root } } })),
    });
  test.each<[string, readonly string[], readonly string[]]>([
    ['eksctl: the last certificate sent', [sha1], []],
    ['Terraform: the same', [sha1], []],
    ['CDK: upper case', [sha1.toUpperCase()], []],
    ['CDK: the root that its runtime added, in upper case', [selfSigned.toUpperCase()], ['info']],
    ['an older Terraform module: every certificate of the chain', ['1'.repeat(40), '2'.repeat(40), sha1], []],
    ['years ago: the root of then', ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280'], ['info']],
    ['the root of then and of now', ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280', sha1], ['info']],
  ])('%s', (_tool, thumbprints, severities) => {
    const facts = someFacts({ providers: complete([aProvider({ thumbprints })]), issuers: [publicTo(selfSigned)] });
    expect(evaluated(facts).findings.map(({ severity }) => severity)).toEqual(severities);
  });

  test.each([
    ['aws-cn', 'cn-north-1', 'amazonaws.com.cn'],
    ['aws-us-gov', 'us-gov-west-1', 'amazonaws.com'],
  ])('%s', (partition, region, suffix) => {
    const issuer = `https://oidc.eks.${region}.${suffix}/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F`;
    const arn = aProvider({ issuer }).arn.replace('arn:aws:', `arn:${partition}:`);
    const facts = someFacts({
      partition,
      providers: complete([aProvider({ issuer, arn })]),
      roles: complete([]),
      regions: [{ region, clusters: complete([aClusterSnapshot({ cluster: aCluster({ region, issuer }) })]) }],
      issuers: [anIssuer({ url: issuer })],
    });
    expect(idsOf(facts)).toEqual([]);
  });

  test('a cluster that does not use IRSA is info at most', () => {
    const { findings } = evaluated(someFacts({ providers: complete([]), roles: complete([]) }));
    expect(findings.map(({ severity, ruleId }) => [severity, ruleId])).toEqual([['info', 'cluster-provider-missing']]);
  });

  test('a provider of GitHub is nobody’s business', () => {
    const github = aProvider({
      issuer: 'https://token.actions.githubusercontent.com',
      audiences: ['x'],
      thumbprints: ['0'.repeat(40)],
    });
    expect(idsOf(someFacts({ providers: complete([aProvider(), github]) }))).toEqual([]);
  });
});

describe('fixes', () => {
  const hostile = ['a b', "o'clock", '$(id)', '`id`', 'x;id', '-x', '"', '\\', '*', '=ls'];
  test.each(hostile)('an audience %j reaches the command as one word', audience => {
    const facts = someFacts({
      providers: complete([aProvider({ audiences: ['sts.amazonaws.com', audience] })]),
      clusters: complete([aReadCluster()]),
    });
    const [command = ''] = evaluated(facts).findings.flatMap(({ fix }) => fix.commands);
    const written = audience.startsWith('-') ? [`--client-id=${audience}`] : ['--client-id', audience];
    expect(wordsOf(command).slice(-written.length)).toEqual(written);
  });

  test('every rule of the groups has commands that a shell can read, for every example', () => {
    expect(rules).toHaveLength(21);
    const commands = rules.flatMap(rule =>
      evaluateAlone(examplesOf(rule).fail.facts(), { rules: [rule] }).findings.flatMap(({ fix }) => fix.commands),
    );
    expect(commands.length).toBeGreaterThan(10);
    for (const command of new Set(commands)) execFileSync('sh', ['-n', '-c', command]);
  });
});

/** The words that a shell makes of a command, without running it. */
const wordsOf = (command: string): readonly string[] =>
  execFileSync(
    'sh',
    [
      '-c',
      `aws() { [ "$1" = sts ] && echo 111122223333 && return; for word in "$@"; do printf '%s\\n' "$word"; done; }\n${command}`,
    ],
    { encoding: 'utf8' },
  )
    .trimEnd()
    .split('\n');

test('rules of these groups are total: any chain, thumbprints and audiences', () => {
  const text = fc.string({ maxLength: 60 });
  fc.assert(
    fc.property(
      fc.array(text, { maxLength: 4 }),
      fc.array(text, { maxLength: 4 }),
      text,
      (thumbprints, audiences, url) => {
        const facts = someFacts({
          providers: complete([
            aProvider({ thumbprints, audiences }),
            aProvider({ issuer: `https://oidc.eks.${url}/id/X` }),
          ]),
          issuers: [anIssuer({ discovery: complete({ issuer: url, jwksUri: url }) })],
        });
        const { gaps, findings } = evaluateAlone(facts, { rules });
        expect(gaps).toEqual([]);
        expect(findings.filter(({ message }) => message.includes('undefined'))).toEqual([]);
      },
    ),
    { numRuns: casesOf(50) },
  );
});
