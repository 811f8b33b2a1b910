import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { main } from '../../lib/cli/main.ts';
import type { Io } from '../../lib/cli/shell/io.ts';
import { answerBatch, maxLineLength } from '../../lib/cli/trust/batch.ts';
import { exampleIssuer } from '../support/example-world.ts';
import { aStatement, policyText, provider, S, sub } from '../support/trust-cases.ts';

interface Ran {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

const run = async (args: readonly string[], input = ''): Promise<Ran> => {
  const texts = { out: '', err: '' };
  const sink = (name: 'out' | 'err'): PassThrough => {
    const stream = new PassThrough();
    stream.on('data', chunk => {
      texts[name] += String(chunk);
    });
    return stream;
  };
  const codes: number[] = [];
  const io: Io = {
    stdin: Readable.from([Buffer.from(input)]),
    stdout: sink('out'),
    stderr: sink('err'),
    env: {},
    cwd: folder,
    now: () => '2026-11-01T06:00:00.000Z',
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    exit: code => {
      codes.push(code);
    },
  };
  await main(args, io);
  return { code: codes.at(-1), ...texts };
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'irsa-auditor-'));
  await writeFile(
    join(folder, 'trust.json'),
    policyText([aStatement({ Condition: { StringEquals: { [sub]: `${S}shop:cart` } } })]),
  );
  await writeFile(
    join(folder, 'like.json'),
    policyText([aStatement({ Condition: { StringLike: { [sub]: [`${S}shop:cart`, `${S}team-*:app`] } } })]),
  );
  await writeFile(join(folder, 'open.json'), policyText());
  await writeFile(join(folder, 'broken.json'), '{"Statement":\n ]');
  await writeFile(
    join(folder, 'vpc.json'),
    policyText([aStatement({ Condition: { StringEquals: { 'aws:SourceVpc': 'x' } } })]),
  );
  await writeFile(
    join(folder, 'type.json'),
    policyText([aStatement({ Condition: { StringEquals: { 'aws:PrincipalType': 'x' } } })]),
  );
});

describe('who-can-assume --service-account', () => {
  const ask = (account: string, ...more: readonly string[]) =>
    run(['who-can-assume', '--policy', 'trust.json', '--service-account', account, ...more]);

  test('allow, deny and unknown have their own exit codes', async () => {
    expect(await ask('shop/cart')).toMatchObject({ code: 0, out: expect.stringMatching(/^allow: /), err: '' });
    const denied = await ask('shop/card', '--role-arn', 'arn:aws:iam::111122223333:role/cart');
    expect(denied).toMatchObject({ code: 1, out: expect.stringMatching(/^deny: /) });
    expect(denied.out).toContain('aws iam update-assume-role-policy --role-name cart');
    expect(await run(['who-can-assume', '--policy', 'vpc.json', '--service-account', 'a/b'])).toMatchObject({
      code: 3,
    });
  });

  test.each([[[]], [['--json']], [['--role-arn', 'arn:aws:iam::111122223333:role/cart']]])(
    'no direction character of a policy comes out, %j',
    async more => {
      const hostile = aStatement({ Condition: { StringEquals: { [sub]: [`${S}shop:cart`, '\u202e'] } } });
      const unasked = aStatement({ Principal: { Federated: '\u202e' } });
      const args = ['who-can-assume', '--policy', '-', '--service-account', 'shop/card', ...more];
      const { code, out } = await run(args, policyText([hostile, unasked]));
      expect([code, out.includes('\u202e')]).toEqual([1, false]);
    },
  );

  test('without the role there is a policy to paste and no command', async () => {
    const { out } = await ask('shop/card');
    expect(out).toContain('To trust exactly this service account');
    expect(out).not.toContain('aws iam');
  });

  test('JSON', async () => {
    const { out } = await ask('shop/card', '--json', '--issuer', exampleIssuer);
    expect(JSON.parse(out)).toMatchObject({
      decision: 'deny',
      reasons: [expect.any(String)],
      statements: [{ applies: 'false' }],
      // The statement tests no audience: a subject in it would get the role with every audience.
      minimalGrant: { kind: 'add-statement' },
    });
  });

  test('policy on standard input', async () => {
    expect(await run(['who-can-assume', '--policy', '-', '--service-account', 'a/b'], policyText())).toMatchObject({
      code: 0,
    });
  });

  test.each([
    [['--policy', 'trust.json', '--service-account', 'a'], '--service-account is a, wanted'],
    [['--policy', 'trust.json', '--service-account', 'a/b/c'], '--service-account is a/b/c, wanted'],
    [['--service-account', 'a/b'], 'give one of --policy FILE'],
    [['--service-account', 'a/b', '--policy', 'x', '--role', 'y'], 'give one of --policy FILE'],
    [['--service-account', 'a/b', '--policy', 'absent.json'], '--policy: '],
    [['--service-account', 'a/b', '--policy', 'broken.json'], 'broken.json:2:2: expected a JSON value'],
    [['--service-account', 'a/b', '--policy', 'trust.json', '--issuer', 'http://x'], '--issuer is http://x'],
    [['--service-account', 'a/b', '--policy', 'trust.json', '--role-arn', 'x'], '--role-arn is x'],
  ])('usage: %j', async (args, message) => {
    const ran = await run(['who-can-assume', ...args]);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain(message);
    expect(ran.out).toBe('');
  });
});

describe('a policy that trusts several providers', () => {
  const other = exampleIssuer.replace('5C1D', '0000');
  const kops = 'https://store.example/cluster';
  const github = 'https://token.actions.githubusercontent.com';
  const trusting = (issuer: string, subject: string, account = '111122223333') => {
    const host = issuer.slice('https://'.length);
    return aStatement({
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` },
      Condition: { StringEquals: { [`${host}:sub`]: subject } },
    });
  };
  const ci = trusting(github, 'repo:x/y:ref:refs/heads/main');
  const gitlab = trusting('https://gitlab.com', 'project_path:x/y');
  const cart = trusting(exampleIssuer, `${S}shop:cart`);
  const elsewhere = trusting(other, `${S}shop:cart`);
  const can = (statements: readonly unknown[], account: string, ...more: readonly string[]) =>
    run(['who-can-assume', '--policy', '-', '--service-account', account, ...more], policyText(statements));
  const who = (statements: readonly unknown[], ...more: readonly string[]) =>
    run(['who-can-assume', '--policy', '-', ...more], policyText(statements));

  test.each([
    ['GitHub first', [ci, cart], exampleIssuer],
    ['GitHub last', [cart, ci], exampleIssuer],
    ['a cluster that is known by its subjects', [ci, trusting(kops, `${S}shop:cart`)], kops],
  ])('%s: the cluster is the one that is asked about', async (_, statements, issuer) => {
    expect(await can(statements, 'shop/cart')).toMatchObject({ code: 0, err: '' });
    const { out, err } = await who(statements);
    expect([out.split(' with audience')[0], err]).toEqual([`Service accounts of ${issuer}`, '']);
  });

  test('nothing is advised about the statement of another provider', async () => {
    const { code, out } = await can([ci, cart], 'shop/other', '--json');
    expect(code).toBe(1);
    const { policyDocument } = JSON.parse(out).minimalGrant;
    expect(JSON.parse(policyDocument).Statement[0]).toEqual(ci);
    expect((await can([ci, cart], 'shop/other')).out).not.toMatch(/likely slip: the key names another issuer/);
  });

  test('of two clusters can-assume asks for one, who-can-assume answers for each', async () => {
    const asked = await can([cart, elsewhere], 'shop/cart');
    expect([asked.code, asked.out]).toEqual([2, '']);
    expect(asked.err).toContain(`the policy trusts 2 clusters: give --issuer with one of ${exampleIssuer}, ${other}`);
    expect((await can([cart, elsewhere], 'shop/cart', '--issuer', other)).code).toBe(0);
    const each = await who([cart, trusting(other, `${S}shop:card`)]);
    expect(each.code).toBe(0);
    expect(each.out).toMatch(new RegExp(`${exampleIssuer}.*\n  shop/cart\n.*\n.*${other}.*\n  shop/card\n`));
    expect(JSON.parse((await who([cart, elsewhere], '--json')).out)).toMatchObject({
      issuers: [
        { issuer: exampleIssuer, subjects: { accounts: ['shop/cart'] } },
        { issuer: other, subjects: { accounts: ['shop/cart'] } },
      ],
    });
    await writeFile(join(folder, 'existing'), 'shop/cart\n');
    const existing = await who([cart, elsewhere], '--accounts', 'existing');
    expect([existing.code, existing.out]).toEqual([2, '']);
    expect(existing.err).toContain('the existing accounts are of one: give --issuer');
    const unsure = aStatement({ Condition: { StringEquals: { 'aws:PrincipalType': 'x' } } });
    expect((await who([elsewhere, unsure])).code).toBe(3);
  });

  test('none known as a cluster’s: the only one is said to be none, of several one is asked for', async () => {
    const only = await can([ci], 'shop/cart');
    expect([only.code, only.err]).toEqual([
      1,
      `irsa-auditor: nothing tells that ${github} is the issuer of a cluster: the answer is for its tokens\n`,
    ]);
    const several = await can([ci, gitlab], 'shop/cart');
    expect([several.code, several.out]).toEqual([2, '']);
    expect(several.err).toContain('names 2 issuers, none of them known as a cluster');
  });

  test.each([[[]], [['--service-account', 'shop/cart']]])(
    'with %j it says of a given issuer that the policy does not name it',
    async more => {
      const args = ['--policy', '-', ...more];
      const { err, out } = await run(['who-can-assume', ...args, '--issuer', other], policyText([cart, ci]));
      expect(err).toBe(
        `irsa-auditor: the policy does not name the issuer ${other}; it names ${exampleIssuer}, ${github}\n`,
      );
      expect(out).not.toContain('To trust exactly');
      const template = await run(
        ['who-can-assume', ...args, '--issuer', 'https://oidc.eks.<region>.amazonaws.com/id/<id>'],
        policyText([cart]),
      );
      expect([template.code, template.out]).toEqual([2, '']);
      expect(template.err).toContain('a placeholder: give the issuer of a cluster');
    },
  );

  test('a provider of another account is another principal: no change is advised', async () => {
    const { code, out } = await can([cart], 'shop/other', '--role-arn', 'arn:aws:iam::999999999999:role/x');
    expect(code).toBe(1);
    expect(out).not.toContain('To trust exactly');
  });

  test('a batch answers for the only cluster, and asks where there are several', async () => {
    const ask = async (...statements: readonly unknown[]) => {
      const line = JSON.stringify({ policy: { Version: '2012-10-17', Statement: statements }, sub: `${S}shop:cart` });
      return JSON.parse((await run(['who-can-assume', '--batch'], line)).out);
    };
    expect(await ask(ci, cart)).toMatchObject({ decision: 'allow' });
    expect(await ask(cart, elsewhere)).toMatchObject({
      decision: 'unknown',
      reasons: ['the policy names 2 issuers: give one of them as "issuer"'],
    });
    expect(await ask(ci)).toMatchObject({ decision: 'deny' });
    expect(await ask(ci, gitlab)).toMatchObject({ decision: 'unknown' });
  });
});

describe('who-can-assume --batch', () => {
  const question = (over: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({
      policy: JSON.parse(policyText()),
      roleArn: 'arn:aws:iam::111122223333:role/x',
      issuer: exampleIssuer,
      sub: `${S}a:b`,
      aud: 'sts.amazonaws.com',
      ...over,
    });

  test('answers in order, one line each; what cannot be understood is unknown, with the reason', async () => {
    const lines = [
      question({ id: '1' }),
      question({ id: 2, policy: policyText() }),
      '',
      'garbage',
      '[]',
      question({ id: { a: null }, sub: 1 }),
      question({ id: '3', sub: undefined }),
      question({ id: '4', policy: undefined }),
      question({ id: '5', policy: '{' }),
      question({ id: '6', policy: 7 }),
      question({ id: '7', roleArn: 'x' }),
      question({ id: '8', roleArn: null, issuer: null, aud: null }),
      question({ id: '9', policy: { Statement: [aStatement({ Sid: 'x'.repeat(140_000) })] } }),
      question({ id: '10', roleArn: 'arn:aws:iam::999999999999:role/x' }),
    ];
    const { out, code } = await run(['who-can-assume', '--batch'], lines.join('\n'));
    expect(code).toBeUndefined();
    const answers: readonly { id: unknown; decision: string; reasons: readonly string[] }[] = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(answers.map(({ id, decision }) => [id, decision])).toEqual([
      ['1', 'allow'],
      [2, 'allow'],
      [null, 'unknown'],
      [null, 'unknown'],
      [{ a: null }, 'unknown'],
      ['3', 'unknown'],
      ['4', 'unknown'],
      ['5', 'unknown'],
      ['6', 'unknown'],
      ['7', 'unknown'],
      ['8', 'allow'],
      ['9', 'unknown'],
      ['10', 'deny'],
    ]);
    for (const { reasons } of answers) expect(reasons.length).toBeGreaterThan(0);
  });

  test('characters that are cut by chunks, and lines that are too long', async () => {
    const text = Buffer.from(`${question({ id: 'é' })}\n${'x'.repeat(maxLineLength + 5)}\n${question({ id: 'z' })}`);
    const at = text.indexOf('é') + 1;
    const out = new PassThrough();
    const chunks: string[] = [];
    out.on('data', chunk => chunks.push(String(chunk)));
    await answerBatch(Readable.from([text.subarray(0, at), text.subarray(at)]), out, '2026-11-01T06:00:00.000Z');
    const answers = chunks
      .join('')
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(answers.map(({ id }) => id)).toEqual(['é', null, 'z']);
  });
});

describe('who-can-assume', () => {
  const who = async (file: string, ...more: readonly string[]) =>
    JSON.parse((await run(['who-can-assume', '--policy', file, '--json', ...more])).out);

  test('the set as JSON', async () => {
    expect(await who('trust.json')).toEqual({
      schemaVersion: 1,
      subjects: { kind: 'list', accounts: ['shop/cart'], patterns: [], example: 'shop/cart' },
      audiences: ['*'],
      principals: [],
      controlPolicies: 'not evaluated',
    });
    expect(await who('open.json')).toMatchObject({ subjects: { kind: 'any', accounts: [], example: 'a/a' } });
    expect(await who('trust.json', '--issuer', 'https://x/y')).toMatchObject({
      subjects: { kind: 'none', accounts: [], patterns: [] },
      audiences: [],
    });
    expect(await who('like.json')).toEqual({
      schemaVersion: 1,
      principals: [],
      controlPolicies: 'not evaluated',
      subjects: {
        kind: 'pattern',
        accounts: ['shop/cart'],
        patterns: [`${S}shop:cart`, `${S}team-*:app`],
        example: 'shop/cart',
      },
      audiences: ['*'],
    });
  });

  test('the set in words, with the existing accounts', async () => {
    await writeFile(join(folder, 'accounts'), 'shop/cart\nteam-a/app\nteam-a/other\n');
    const { out, code } = await run(['who-can-assume', '--policy', 'like.json', '--accounts', 'accounts']);
    expect(code).toBe(0);
    expect(out).toContain('  shop/cart\n  system:serviceaccount:team-*:app\n');
    expect(out).toContain('Existing service accounts allowed:\n  shop/cart\n  team-a/app\n');
    const type = await run(['who-can-assume', '--policy', 'type.json', '--accounts', 'accounts']);
    expect(type.code).toBe(3);
    expect(type.out).toContain('unknown (StringEquals on aws:PrincipalType');
    expect(type.out).toContain('Existing accounts of which it is unknown: 3');
  });

  test('the network, which all pods of a cluster share, restricts no service account', async () => {
    const { out, code } = await run(['who-can-assume', '--policy', 'vpc.json']);
    expect([code, out.split('\n')[0]]).toEqual([0, expect.stringMatching(/: any$/)]);
  });

  test('every other principal is told, with whether it is closed to strangers', async () => {
    const others = policyText([
      {
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
      },
      { Effect: 'Allow', Principal: { AWS: '999999999999', Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ...['repo:x/y:*', 'repo:x*'].map(subject =>
        aStatement({
          Principal: {
            Federated: provider.replace(/oidc-provider.*/, 'oidc-provider/token.actions.githubusercontent.com'),
          },
          Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': subject } },
        }),
      ),
    ]);
    const { out, code, err } = await run(['who-can-assume', '--policy', '-'], others);
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toContain('Service accounts of');
    expect(out.split('\n').filter(line => !line.startsWith('  with a request'))).toEqual([
      'Pods by EKS Pod Identity: can assume the role, where an association of a cluster of its account names it',
      '  closed to everyone outside of the zone of trust',
      'AWS principal 999999999999: can assume the role',
      '  open to account 999999999999',
      'AWS service ec2.amazonaws.com: can assume the role',
      '  closed to everyone outside of the zone of trust',
      'Logins of token.actions.githubusercontent.com: can assume the role',
      '  closed to everyone outside of the zone of trust',
      'Logins of token.actions.githubusercontent.com: can assume the role',
      expect.stringMatching(/^ {2}open to any GitHub repository, for example with sub repo:x/),
      '(resource control policies are not evaluated)',
      '',
    ]);
    await writeFile(join(folder, 'zone.json'), JSON.stringify({ trusted: { accounts: ['999999999999'] } }));
    const trusting = JSON.parse(
      (await run(['who-can-assume', '--policy', '-', '--config', 'zone.json', '--json'], others)).out,
    );
    expect(trusting.principals[1]).toEqual({
      kind: 'account',
      principal: '999999999999',
      can: 'yes',
      verdict: 'closed',
    });
    expect(trusting).toMatchObject({ issuers: [] });
  });

  test.each([
    ['["shop/cart", {"namespace":"team-a","name":"app"}]', ['shop/cart', 'team-a/app']],
    ['{"items":[{"metadata":{"namespace":"team-x","name":"app","uid":"1"}}]}', ['team-x/app']],
    ['', []],
  ])('accounts %s', async (text, members) => {
    await writeFile(join(folder, 'given'), text);
    expect(await who('like.json', '--accounts', 'given')).toMatchObject({ members });
  });

  test.each([['{'], ['{"items":1}'], ['a'], ['["a"]']])('accounts that are none: %s', async text => {
    await writeFile(join(folder, 'given'), text);
    expect(await run(['who-can-assume', '--policy', 'like.json', '--accounts', 'given'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--accounts'),
    });
  });

  test('the provider of the issuer decides the account', async () => {
    const two = policyText([
      aStatement({ Principal: { Federated: [provider, provider.replace('111122223333', '999999999999')] } }),
    ]);
    await writeFile(join(folder, 'two.json'), two);
    expect(await who('two.json', '--role-arn', 'arn:aws:iam::999999999999:role/x')).toMatchObject({
      subjects: { kind: 'any' },
    });
  });
});

describe('a policy that no answer can be given on', () => {
  const ask = (more: readonly string[], text: string) => run(['who-can-assume', '--policy', '-', ...more], text);
  const of = (federated: string, value = `${S}a:b`): string =>
    policyText([aStatement({ Principal: { Federated: federated }, Condition: { StringEquals: { [sub]: value } } })]);

  test.each([[[]], [['--service-account', 'a/b']]])(
    'with %j it says what is missing, and makes nothing up',
    async command => {
      const nobody = await ask(command, of('cognito-identity.amazonaws.com'));
      if (command.length > 0) expect(nobody.err).toContain('the policy names no OIDC provider: give --issuer');
      else expect(nobody.out).toContain('Logins of cognito-identity.amazonaws.com: cannot assume the role');
      expect(nobody.out).not.toContain('To trust exactly this service account');
      const template = await ask(command, of('<PROVIDER>'));
      expect(template.err).toContain('- is to be filled in, such as <PROVIDER>: ');
      expect((await ask(command, of(provider, `${S}a:\${aws:username}`))).err).toBe('');
    },
  );
});

describe('--control-policy', () => {
  const host = exampleIssuer.slice('https://'.length);
  const role = 'arn:aws:iam::111122223333:role/cart';
  const rcp = async (over: object, name = 'rcp.json') => {
    const statement = { Effect: 'Deny', Principal: '*', Action: 'sts:*', Resource: '*', ...over };
    await writeFile(join(folder, name), JSON.stringify({ Version: '2012-10-17', Statement: statement }));
    return ['--control-policy', name];
  };
  const can = (...more: readonly string[]) =>
    run(['who-can-assume', '--policy', 'like.json', '--service-account', 'shop/cart', '--role-arn', role, ...more]);
  const who = (...more: readonly string[]) =>
    run(['who-can-assume', '--policy', 'like.json', '--role-arn', role, ...more]);
  const onSubject = (subject: string) => ({ Condition: { StringEquals: { [`${host}:sub`]: subject } } });

  test('one that denies makes an allow a deny, with its name and no change of the trust policy', async () => {
    const ran = await can(...(await rcp({})));
    expect(ran).toMatchObject({ code: 1, out: expect.stringMatching(/^deny: /) });
    expect(ran.out).toContain('because the resource control policy rcp.json denies it');
    expect(ran.out).not.toContain('update-assume-role-policy');
    expect(JSON.parse((await can(...(await rcp({})), '--json')).out)).toMatchObject({
      decision: 'deny',
      reasonData: [{ kind: 'denied-by-control-policy', policy: 'rcp.json' }],
      controlPolicies: 'evaluated',
    });
  });

  test('what it says of others changes nothing, and the answer says what was looked at', async () => {
    expect((await can()).out).toContain('(resource control policies and VPC endpoint policies are not evaluated)');
    const other = await rcp({ Resource: 'arn:aws:iam::111122223333:role/other' });
    const ran = await can(...other);
    expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(/^allow: /) });
    expect(ran.out).toContain('(VPC endpoint policies are not evaluated)');
    expect(ran.out).not.toContain('resource control policies');
  });

  test('what it may deny leaves the answer open', async () => {
    const ran = await can(...(await rcp({ Condition: { NotIpAddress: { 'aws:SourceIp': '52.0.0.0/8' } } })));
    expect(ran).toMatchObject({
      code: 3,
      out: expect.stringMatching(/^unknown: .*\n {2}because resource control policy rcp\.json: /),
    });
  });

  test('a refusal of the trust policy stays the reason', async () => {
    const more = await rcp({});
    const ran = await run([
      'who-can-assume',
      '--policy',
      'trust.json',
      '--service-account',
      'a/b',
      '--role-arn',
      role,
      ...more,
    ]);
    expect(ran.code).toBe(1);
    expect(ran.out).not.toContain('rcp.json');
  });

  test('several files count together; who-can-assume leaves out the service accounts that they deny', async () => {
    expect((await who()).out).toContain('(resource control policies are not evaluated)');
    const cart = await rcp(onSubject(`${S}shop:cart`), 'cart.json');
    const apps = await rcp({ Condition: { StringLike: { [`${host}:sub`]: `${S}team-x:*` } } }, 'apps.json');
    const { code, out } = await who(...cart, ...apps);
    expect(code).toBe(0);
    expect(out.split('\n').slice(1, 3)).toEqual([
      '  system:serviceaccount:team-*:app',
      '  but not system:serviceaccount:team-x:*',
    ]);
    expect(out).not.toContain('not evaluated');
    const none = await who(...(await rcp({}, 'all.json')));
    expect(none).toMatchObject({ code: 0, out: expect.stringContaining(': none') });
    const open = await who(...(await rcp({ Condition: { StringEquals: { 'aws:ResourceTag/a': 'b' } } }, 'tag.json')));
    expect(open).toMatchObject({ code: 3, out: expect.stringContaining('resource control policy tag.json: ') });
  });

  test.each<[string, readonly string[], string]>([
    [
      'no policy',
      ['--role-arn', role, '--control-policy', 'broken.json'],
      '--control-policy broken.json is no policy, wanted the JSON of its Content',
    ],
    [
      'a role that is not known',
      ['--control-policy', 'open.json'],
      '--control-policy needs the role that it may be for: give --role-arn or --role',
    ],
  ])('is refused for %s', async (_what, more, said) => {
    const ran = await run(['who-can-assume', '--policy', 'trust.json', '--service-account', 'shop/cart', ...more]);
    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining(said) });
  });
});
