/** Answers of IAM that break off, or have not the documented form: each whole section that comes of them. */
import { describe, expect, test } from '@jest/globals';
import type { Clock } from '../../../lib/collect/clock.ts';
import { type AuthorizationDetails, readAuthorizationDetails } from '../../../lib/collect/iam/authorization-details.ts';
import { type ManagedPolicyCache, readManagedPolicies } from '../../../lib/collect/iam/managed-policies.ts';
import { readLastUse } from '../../../lib/collect/iam/read-last-use.ts';
import { readProvider } from '../../../lib/collect/iam/read-providers.ts';
import { withRoleDetails } from '../../../lib/collect/iam/read-role-details.ts';
import { readRolePermissions } from '../../../lib/collect/iam/read-role-permissions.ts';
import { readServiceUse } from '../../../lib/collect/iam/read-service-use.ts';
import type { Role } from '../../../lib/model/account.ts';
import { type Collected, complete, type Gap, unavailable, withGaps } from '../../../lib/model/collected.ts';
import { against } from '../../support/answering-aws.ts';
import { irsaTrust, mainAccount } from '../../support/aws-world.ts';

type Answer = string | { readonly status: number; readonly text: string };
/** What IAM answers to each action; `nth` counts the requests of that action. */
type Answers = Readonly<Record<string, (nth: number, asked: URLSearchParams) => Answer>>;

const denied = (action: string): Answer => ({
  status: 403,
  text: `<ErrorResponse><Error><Code>AccessDenied</Code><Message>no ${action}</Message></Error></ErrorResponse>`,
});
const reasonOf = (action: string) => ({
  ...{ kind: 'denied', operation: `iam:${action}`, permission: `iam:${action}` },
  message: `AccessDenied: no ${action}`,
});
const invalid = (action: string, message: string) =>
  ({ kind: 'invalid', operation: `iam:${action}`, message }) as const;

/** Uses an IAM that answers so; what was asked, in order. */
const withIam = async <T>(answers: Answers, use: (iam: import('@aws-sdk/client-iam').IAMClient) => Promise<T>) => {
  const asked: string[] = [];
  const result = await against(
    ({ body }) => {
      const parameters = new URLSearchParams(body);
      const action = parameters.get('Action') ?? '';
      asked.push(action);
      const nth = asked.filter(one => one === action).length;
      const answer = answers[action]?.(nth, parameters) ?? denied(action);
      return typeof answer === 'string'
        ? `<${action}Response><${action}Result>${answer}</${action}Result></${action}Response>`
        : answer;
    },
    clients => use(clients.iam()),
  );
  return { result, asked };
};

const arnOf = (name: string): string => `arn:aws:iam::${mainAccount}:role/${name}`;
const aRoleOf = (name: string): Role => ({
  ...{ arn: arnOf(name), name, path: '/', createdAt: '2026-01-10T09:00:00.000Z' },
  trustPolicy: irsaTrust(mainAccount, `system:serviceaccount:checkout:${name}`),
  detail: complete({
    ...{ lastUsedAt: '2026-10-31T06:00:00.000Z', attachedPolicyArns: [], isAdministrator: false, tags: {} },
  }),
});
const gap: Gap = { what: 'roles from page 2 on', reason: { kind: 'throttled', operation: 'x', message: 'later' } };

describe('the last use of a role', () => {
  const role = (used: string) => `<Role><RoleName>a</RoleName>${used}</Role>`;
  test.each<[string, Answer, object]>([
    [
      'a date',
      role('<RoleLastUsed><LastUsedDate>2026-10-31T06:00:00Z</LastUsedDate></RoleLastUsed>'),
      complete('2026-10-31T06:00:00.000Z'),
    ],
    ['no date', role('<RoleLastUsed></RoleLastUsed>'), complete(undefined)],
    ['nothing', role(''), complete(undefined)],
    ['no role', '', unavailable(invalid('GetRole', 'the answer for a is not a role'))],
    ['a refusal', denied('GetRole'), unavailable(reasonOf('GetRole') as never)],
  ])('%s', async (_, answer, expected) => {
    expect((await withIam({ GetRole: () => answer }, iam => readLastUse(iam, 'a'))).result).toEqual(expected);
  });

  test('a date of another form is no word of a role that was never used', async () => {
    const iam = { send: async () => ({ Role: { RoleLastUsed: { LastUsedDate: 'yesterday' } } }) };
    expect(await readLastUse(iam as never, 'a')).toEqual(
      unavailable(invalid('GetRole', 'the answer for a is not a role')),
    );
  });
});

test('each of many audiences of a provider is read', async () => {
  const audiences = Array.from({ length: 150 }, (_, at) => `audience-${at}`);
  const members = audiences.map(each => `<member>${each}</member>`).join('');
  const answer = `<Url>oidc.example.com</Url><ClientIDList>${members}</ClientIDList>`;
  const { result } = await withIam({ GetOpenIDConnectProvider: () => answer }, iam => readProvider(iam, 'arn:p'));
  expect(result).toMatchObject({ status: 'complete', value: { audiences } });
});

describe('policies of AWS', () => {
  const policy = 'arn:aws:iam::aws:policy/A';
  const version = (id: string) => `<Policy><DefaultVersionId>${id}</DefaultVersionId></Policy>`;
  const text = '<PolicyVersion><Document>%7B%7D</Document></PolicyVersion>';
  const read = (answers: Answers, cache: ManagedPolicyCache = new Map(), arn = policy) =>
    withIam(answers, iam => readManagedPolicies(iam, [arn], 'now', cache, 2));

  test.each<[string, Answers, Collected<string>, readonly string[]]>([
    ['is decoded', { GetPolicy: () => version('v3'), GetPolicyVersion: () => text }, complete('{}'), ['v3']],
    [
      'without a version',
      { GetPolicy: () => '<Policy/>' },
      unavailable(invalid('GetPolicy', `the answer for ${policy} is not a policy`)),
      [],
    ],
    [
      'without a text',
      { GetPolicy: () => version('v3'), GetPolicyVersion: () => '<PolicyVersion/>' },
      unavailable(invalid('GetPolicyVersion', `the answer for ${policy} has no document`)),
      ['v3'],
    ],
    ['refused', {}, unavailable(reasonOf('GetPolicy') as never), []],
    [
      'whose text is refused',
      { GetPolicy: () => version('v3') },
      unavailable(reasonOf('GetPolicyVersion') as never),
      [],
    ],
  ])('one that %s', async (_, answers, wanted, versions) => {
    const seen: string[] = [];
    const noted: Answers = Object.fromEntries(
      Object.entries(answers).map(([action, answer]) => [
        action,
        (nth, parameters) => {
          if (action === 'GetPolicyVersion') seen.push(parameters.get('VersionId') ?? '');
          return answer(nth, parameters);
        },
      ]),
    );
    const cache: ManagedPolicyCache = new Map();
    expect((await read(noted, cache)).result).toEqual({ [policy]: wanted });
    expect(seen).toEqual(versions);
    expect([...cache]).toEqual(
      wanted.status === 'complete' ? [[policy, { version: 'v3', text: '{}', run: 'now' }]] : [],
    );
  });

  const full = (): ManagedPolicyCache =>
    new Map(Array.from({ length: 2000 }, (_, at) => [`arn:${at}`, { version: 'v1', text: 'old', run: 'then' }]));
  const answers: Answers = { GetPolicy: () => version('v2'), GetPolicyVersion: () => text };
  test('of two thousand known ones one is read again, and one more empties the list', async () => {
    const known = full();
    expect((await read(answers, known, 'arn:7')).result).toEqual({ 'arn:7': complete('{}') });
    expect([known.size, known.get('arn:7')]).toEqual([2000, { version: 'v2', text: '{}', run: 'now' }]);
    expect((await read(answers, known, 'arn:new')).result).toEqual({ 'arn:new': complete('{}') });
    expect([...known.keys()]).toEqual(['arn:new']);
  });

  test('the same version is asked for once a run, and its text never again', async () => {
    const known: ManagedPolicyCache = new Map([[policy, { version: 'v2', text: 'kept', run: 'then' }]]);
    expect(await read(answers, known)).toEqual({ result: { [policy]: complete('kept') }, asked: ['GetPolicy'] });
    expect(await read(answers, known)).toEqual({ result: { [policy]: complete('kept') }, asked: [] });
  });
});

describe('details of an account', () => {
  const member = (name: string) =>
    `<member><Arn>${arnOf(name)}</Arn><RoleName>${name}</RoleName><AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument></member>`;
  const details = (answer: (nth: number) => Answer) =>
    withIam({ GetAccountAuthorizationDetails: answer }, async iam => {
      const { roles, policies, unlisted, end } = await readAuthorizationDetails(iam, new Set([arnOf('a')]));
      return { roles: [...roles.keys()], policies: [...policies], unlisted: unlisted.map(({ name }) => name), end };
    });
  const list = (...members: readonly string[]) => `<RoleDetailList>${members.join('')}</RoleDetailList>`;
  const more = (marker: string) => `<IsTruncated>true</IsTruncated><Marker>${marker}</Marker>`;
  const action = 'GetAccountAuthorizationDetails';

  test.each<[string, (nth: number) => Answer, readonly string[], readonly string[], object | undefined]>([
    ['an entry that is no role is passed over', () => list('<member/>', member('a')), ['a'], [], undefined],
    ['a role that the list lacks is one', () => list(member('a'), member('b')), ['a', 'b'], ['b'], undefined],
    [
      'and once, though two pages have it',
      nth => (nth === 1 ? list(member('b')) + more('2') : list(member('b'))),
      ['b'],
      ['b'],
      undefined,
    ],
    [
      'a page that is none',
      () => `${list(member('a'))}<Marker></Marker>`,
      [],
      [],
      invalid(action, 'the answer is not a page of details'),
    ],
    [
      'a second page that is refused',
      nth => (nth === 1 ? list(member('a')) + more('2') : denied(action)),
      ['a'],
      [],
      reasonOf(action),
    ],
    [
      'the same marker again',
      () => list(member('a')) + more('2'),
      ['a'],
      [],
      invalid(action, 'more is said to follow, without a new marker'),
    ],
    [
      'no marker at all',
      () => `${list(member('a'))}<IsTruncated>true</IsTruncated>`,
      ['a'],
      [],
      invalid(action, 'more is said to follow, without a new marker'),
    ],
    [
      'pages without end',
      nth => list() + more(`${nth}`),
      [],
      [],
      { kind: 'too-large', operation: `iam:${action}`, message: 'more than 400 pages of details' },
    ],
  ])('%s', async (_, answer, roles, unlisted, end) => {
    expect((await details(answer)).result).toEqual({ roles: roles.map(arnOf), policies: [], unlisted, end });
  });
});

const noDetails: AuthorizationDetails = { roles: new Map(), policies: new Map(), unlisted: [] };
const end = { kind: 'throttled', operation: 'iam:GetAccountAuthorizationDetails', message: 'later' } as const;
const answerOf = (name: string, over: object = {}) => ({
  ...{ Arn: arnOf(name), RolePolicyList: [], AttachedManagedPolicies: [], Tags: [], RoleLastUsed: {} },
  ...{ InstanceProfileList: [], ...over },
});

test('roles without details are so for the reason for which the details ended, else because there are none', () => {
  const { detail: _, ...role } = aRoleOf('a');
  const listed = complete([{ ...role, detail: unavailable<never>(end) }]);
  expect(withRoleDetails(unavailable(end), noDetails)).toEqual(unavailable(end));
  expect(withRoleDetails(listed, noDetails)).toEqual(
    complete([
      {
        ...role,
        detail: unavailable(
          invalid('GetAccountAuthorizationDetails', `the answer has no readable details of ${arnOf('a')}`),
        ),
      },
    ]),
  );
  expect(
    withRoleDetails(withGaps(listed.status === 'complete' ? listed.value : [], [gap]), { ...noDetails, end }),
  ).toEqual(withGaps([{ ...role, detail: unavailable(end) }], [gap, { what: 'details of roles', reason: end }]));
});

describe('permissions of roles', () => {
  const own = `arn:aws:iam::${mainAccount}:policy/own`;
  const permissions = (section: Collected<readonly Role[]>, details: AuthorizationDetails) =>
    withIam({}, iam =>
      readRolePermissions(iam, section, details, { cache: new Map(), run: 'now', concurrency: 1 }),
    ).then(({ result, asked }) => {
      expect(asked).toEqual([]);
      return result;
    });
  const held = { inline: [], attached: [own], boundary: own, tags: { team: 'cart' }, instanceProfiles: [] };
  const detailed: AuthorizationDetails = {
    ...noDetails,
    roles: new Map([
      [
        arnOf('a'),
        answerOf('a', {
          AttachedManagedPolicies: [{ PolicyArn: own }],
          PermissionsBoundary: { PermissionsBoundaryArn: own },
          Tags: [{ Key: 'team', Value: 'cart' }],
        }),
      ],
    ]),
  };
  const text = (reason: object) => ({ [own]: unavailable<string>(reason as never) });

  test('are unread as the roles are, or as all of their details', async () => {
    expect(await permissions(unavailable(end), detailed)).toEqual(unavailable(end));
    expect(await permissions(complete([aRoleOf('a')]), { ...noDetails, end })).toEqual(unavailable(end));
    expect(await permissions(complete([]), noDetails)).toEqual(
      complete({ roles: {}, policies: {}, levels: {}, profiles: {} }),
    );
  });

  test('have the text of each policy, or why it is missing, and the gaps of roles and details', async () => {
    const missing = invalid('GetAccountAuthorizationDetails', `the answer has no text of ${own}`);
    const read = await permissions(complete([aRoleOf('a')]), detailed);
    expect(read).toEqual(
      complete({
        roles: { [arnOf('a')]: held },
        policies: text(missing),
        levels: {
          [arnOf('a')]: { level: 'unknown', because: `${own} was not read: ${missing.message}`, isAsked: true },
        },
        profiles: {},
      }),
    );
    expect(await permissions(withGaps([aRoleOf('a')], [gap]), { ...detailed, end })).toEqual(
      withGaps(
        {
          roles: { [arnOf('a')]: held },
          policies: text(end),
          levels: { [arnOf('a')]: { level: 'unknown', because: `${own} was not read: later`, isAsked: true } },
          profiles: {},
        },
        [gap, { what: 'permissions of roles', reason: end }],
      ),
    );
  });
});

test('a provider whose answer has no URL is told', async () => {
  const { result } = await withIam({ GetOpenIDConnectProvider: () => '<ClientIDList/>' }, iam =>
    readProvider(iam, 'arn:p'),
  );
  expect(result).toEqual(unavailable(invalid('GetOpenIDConnectProvider', 'the answer for arn:p has no URL')));
});

describe('the use of services', () => {
  const now = '2026-11-01T06:00:00.000Z';
  const clock = (times: readonly number[] = [0]): Clock => {
    let at = -1;
    return {
      now: () => {
        at += 1;
        return times[Math.min(at, times.length - 1)] ?? 0;
      },
      sleep: () => Promise.reject(new Error('no report is waited for here')),
    };
  };
  const use = (
    answers: Answers,
    roles: Collected<readonly Role[]> = complete([aRoleOf('a')]),
    times: readonly number[] = [0],
  ) => withIam(answers, iam => readServiceUse(iam, roles, { now, days: 90, clock: clock(times) }));
  const job: Answers = {
    GenerateServiceLastAccessedDetails: (nth, asked) => `<JobId>${asked.get('Arn')}-${nth}</JobId>`,
  };
  const service = (name: string, used = false) =>
    `<member><ServiceNamespace>${name}</ServiceNamespace>${used ? `<LastAuthenticated>${now}</LastAuthenticated>` : ''}</member>`;
  const report = (services: readonly string[], rest = '') =>
    `<JobStatus>COMPLETED</JobStatus><JobCompletionDate>${now}</JobCompletionDate><ServicesLastAccessed>${services.join('')}</ServicesLastAccessed>${rest}`;
  const got = (answer: (nth: number, asked: URLSearchParams) => Answer): Answers => ({
    ...job,
    GetServiceLastAccessedDetails: answer,
  });
  const more = (marker: string) => `<IsTruncated>true</IsTruncated><Marker>${marker}</Marker>`;
  const get = 'GetServiceLastAccessedDetails';
  const endless = invalid(get, 'more services are said to follow, without an end');

  test.each<[string, Answers, object, number]>([
    [
      'no job',
      { GenerateServiceLastAccessedDetails: () => '' },
      invalid('GenerateServiceLastAccessedDetails', 'the answer has no JobId'),
      0,
    ],
    ['no report', got(() => '<JobStatus>LATER</JobStatus>'), invalid(get, 'the answer is no report'), 1],
    [
      'a report without a date',
      got(() => '<JobStatus>COMPLETED</JobStatus>'),
      invalid(get, 'the report is complete and has no date'),
      1,
    ],
    [
      'a failure without a reason',
      got(() => '<JobStatus>FAILED</JobStatus>'),
      invalid(get, 'the report failed: IAM gives no reason'),
      1,
    ],
    [
      'a failure with its reason',
      got(() => '<JobStatus>FAILED</JobStatus><Error><Message>too many</Message><Code>Busy</Code></Error>'),
      invalid(get, 'the report failed: Busy: too many'),
      1,
    ],
    ['more without a marker', got(() => report([], '<IsTruncated>true</IsTruncated>')), endless, 1],
    ['more without an end', got(nth => report([], more(`${nth}`))), endless, 5],
    ['a second page that is refused', got(nth => (nth === 1 ? report([], more('2')) : denied(get))), reasonOf(get), 2],
  ])('%s', async (_, answers, reason, looks) => {
    const { result, asked } = await use(answers);
    expect(result).toEqual(unavailable(reason as never));
    expect(asked).toEqual(['GenerateServiceLastAccessedDetails', ...Array(looks).fill(get)]);
  });

  test('all pages of a report make one: a service is unused where no page says when it was called', async () => {
    const pages = got((_, asked) =>
      asked.get('Marker') === '2'
        ? report([service('s3', true), service('ec2')])
        : report([service('s3'), service('sqs'), service('sns', true)], more('2')),
    );
    expect((await use(pages)).result).toEqual(
      complete({ [arnOf('a')]: complete({ at: now, services: 4, unused: ['ec2', 'sqs'] }) }),
    );
  });

  test('roles that fail for one cause are one gap, beside those of the list of roles', async () => {
    const bad = invalid(get, 'the answer is no report');
    const answers = got((_, asked) => (asked.get('JobId')?.includes('/good') ? report([]) : ''));
    const roles = ['bad', 'worse', 'good'].map(aRoleOf);
    const good = complete({ at: now, services: 0, unused: [] });
    expect((await use(answers, withGaps(roles, [gap]))).result).toEqual(
      withGaps({ [arnOf('bad')]: unavailable(bad), [arnOf('worse')]: unavailable(bad), [arnOf('good')]: good }, [
        gap,
        { what: `use of services by ${arnOf('bad')} and 1 more role`, reason: bad },
      ]),
    );
    expect((await use(answers, complete(roles.slice(1)))).result).toEqual(
      withGaps({ [arnOf('worse')]: unavailable(bad), [arnOf('good')]: good }, [
        { what: `use of services by ${arnOf('worse')}`, reason: bad },
      ]),
    );
  });

  test('roles that were not read are asked about by no call', async () => {
    expect(
      await use(
        got(() => report([])),
        unavailable(end),
      ),
    ).toEqual({ result: unavailable(end), asked: [] });
  });

  test.each([
    [179_999, 'complete', 2],
    [180_000, 'unavailable', 0],
  ])('a role is begun %d ms after the first: %s', async (later, status, calls) => {
    const { result, asked } = await use(
      got(() => report([])),
      complete([aRoleOf('a')]),
      [0, later],
    );
    expect([result.status, asked.length]).toEqual([status, calls]);
    if (result.status === 'unavailable')
      expect(result.reason).toEqual({
        kind: 'timed-out',
        operation: `iam:${get}`,
        message: 'the reports on the roles of the account were not ready within 180 seconds',
      });
  });
});
