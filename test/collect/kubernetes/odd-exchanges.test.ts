/** Answers of an API server that are cut, refused, endless or of another form: each ends, and says why. */
import { describe, expect, test } from '@jest/globals';
import type { Answer, ApiCall, KubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { listPages } from '../../../lib/collect/kubernetes/list-pages.ts';
import { readIssuer, readKubernetesFacts } from '../../../lib/collect/kubernetes/read-kubernetes-facts.ts';
import { readServiceAccount, requestToken } from '../../../lib/collect/kubernetes/token-request.ts';
import { CredentialUnavailable, networkReason, statusReason } from '../../../lib/collect/kubernetes/unread-reason.ts';

const call: ApiCall = { verb: 'list', resource: 'pods', path: '/api/v1/pods' };
/** An API that answers each call from a function; it keeps what was asked. */
const apiOf = (answer: (call: ApiCall, nth: number) => Answer): KubernetesApi & { readonly asked: ApiCall[] } => {
  const asked: ApiCall[] = [];
  return {
    asked,
    send: async one => {
      asked.push(one);
      return answer(one, asked.length);
    },
    close: () => undefined,
  };
};
const body = (value: unknown): Answer => ({ ok: true, body: value });
const status = (code: number, text = ''): Answer => ({
  ok: false,
  reason: statusReason(call, code, text),
  status: code,
});

describe('a list', () => {
  const take = (item: unknown) =>
    item === 'bad' ? ({ bad: 'no item' } as const) : item === 'skip' ? ({ skip: true } as const) : { keep: item };
  const list = (answer: Parameters<typeof apiOf>[0]) => {
    const api = apiOf(answer);
    return listPages(api, { resource: 'pods', path: '/api/v1/pods' }, take).then(listed => ({
      listed,
      asked: api.asked,
    }));
  };
  const page = (items: unknown, more?: string) =>
    body({ metadata: more === undefined ? {} : { continue: more }, items });

  test.each<readonly [what: string, answer: Parameters<typeof apiOf>[0], expected: object]>([
    ['without items', () => body({ items: null }), { ok: true, items: [], gaps: [] }],
    [
      'that is none',
      () => body({ items: 'x' }),
      { ok: false, reason: { message: 'the answer is not a list of pods' } },
    ],
    ['refused', () => status(403), { ok: false, reason: { kind: 'denied' } }],
    [
      'of which one item is bad, and one is not wanted',
      () => page(['a', 'bad', 'skip']),
      { ok: true, items: ['a'], gaps: [{ what: 'one of pods', reason: { message: 'no item' } }] },
    ],
    [
      'whose second page is none',
      (_, nth) => (nth === 1 ? page(['a'], 't') : body([])),
      { ok: true, items: ['a'], gaps: [{ what: 'page 2 of pods', reason: { kind: 'invalid' } }] },
    ],
    [
      'whose second page fails',
      (_, nth) => (nth === 1 ? page(['a'], 't') : status(500)),
      { ok: true, items: ['a'], gaps: [{ what: 'page 2 of pods', reason: { kind: 'unreachable' } }] },
    ],
    [
      'that gives the same token twice',
      () => page(['a'], 't'),
      { ok: true, items: ['a', 'a'], gaps: [{ what: 'pages of pods after page 2', reason: { kind: 'too-large' } }] },
    ],
    [
      'that expires once begins again, without what came before',
      (_, nth) => (nth === 2 ? status(410) : nth === 1 ? page(['old', 'bad'], 't') : page(['new'])),
      { ok: true, items: ['new'], gaps: [] },
    ],
    [
      'that expires for ever is told after three tries',
      one => (one.path.includes('continue') ? status(410) : page(['a'], 't')),
      { ok: true, items: ['a'], gaps: [{ reason: { message: '410, the list expired while it was read: HTTP 410' } }] },
    ],
  ])('%s', async (_, answer, expected) => {
    expect((await list(answer)).listed).toMatchObject(expected);
  });

  test('too large a page is asked for again with fewer items, and told if that is too large as well', async () => {
    const tooLarge = { ok: false, reason: { kind: 'too-large', operation: 'list pods', message: 'm' } } as const;
    const once = await list((_, nth) => (nth === 1 ? tooLarge : page(['a'])));
    expect(once.asked.map(({ path }) => path)).toEqual(['/api/v1/pods?limit=500', '/api/v1/pods?limit=50']);
    expect(once.listed).toMatchObject({ ok: true, items: ['a'] });
    expect((await list(() => tooLarge)).listed).toMatchObject({ ok: false, reason: { kind: 'too-large' } });
  });

  test('of 1,000 bad items a hundred are told', async () => {
    const { listed } = await list(() => page(Array(1000).fill('bad')));
    expect(listed.ok && listed.gaps.length).toBe(100);
  });

  test('without end is cut', async () => {
    const { listed, asked } = await list((_, nth) => page([], `t${nth}`));
    expect(listed).toMatchObject({ ok: true, gaps: [{ what: 'pages of pods after page 2000' }] });
    expect(asked).toHaveLength(2000);
  });
});

describe('one cluster', () => {
  const answered = (version: Answer, rest: Answer = status(403)) =>
    readKubernetesFacts(
      apiOf(one => (one.path === '/version' ? version : rest)),
      { issuerKnown: true },
    );

  test.each<readonly [what: string, version: Answer, expected: object]>([
    ['does not know the caller', status(401), { status: 'unavailable', reason: { message: '401: HTTP 401' } }],
    ['is down', status(503), { status: 'unavailable', reason: { kind: 'unreachable' } }],
    ['is slow', status(504), { status: 'unavailable', reason: { kind: 'timed-out' } }],
    ['is another server', body('<html>'), { status: 'unavailable', reason: { kind: 'invalid' } }],
    ['is busy', status(429), { status: 'complete', value: { version: { reason: { kind: 'throttled' } } } }],
    [
      'refuses all but its version',
      body({ gitVersion: 'v1' }),
      {
        status: 'complete',
        value: {
          version: { value: 'v1' },
          pods: { reason: { kind: 'denied' } },
          issuer: { reason: { kind: 'not-asked-for' } },
        },
      },
    ],
  ])('that %s', async (_, version, expected) => {
    expect(await answered(version)).toMatchObject(expected);
  });

  test('whose webhook is not there has none; a discovery document without issuer is told', async () => {
    expect(await answered(body({ gitVersion: 'v1' }), status(404))).toMatchObject({
      value: { webhook: { status: 'complete', value: undefined } },
    });
    expect(
      await readIssuer(
        apiOf(() => body({})),
        true,
      ),
    ).toMatchObject({
      reason: { kind: 'invalid', message: 'the answer has not the form of /.well-known/openid-configuration' },
    });
    expect(
      await readIssuer(
        apiOf(() => status(404)),
        false,
      ),
    ).toMatchObject({ reason: { kind: 'not-found' } });
  });
});

describe('a token', () => {
  test.each<readonly [audience: string, audiences: readonly string[]]>([
    ['', []],
    ['sts.amazonaws.com', ['sts.amazonaws.com']],
  ])('for the audience %j', async (audience, audiences) => {
    const api = apiOf(() => body({ status: { token: 't' } }));
    expect(await requestToken(api, { namespace: 'n', name: '../a' }, audience)).toEqual({
      status: 'complete',
      value: 't',
    });
    expect(api.asked[0]).toMatchObject({
      path: '/api/v1/namespaces/n/serviceaccounts/..%2Fa/token',
      body: { spec: { audiences } },
    });
  });

  test.each<readonly [answer: Answer, reason: object]>([
    [body({ status: { token: '' } }), { kind: 'invalid', message: 'the answer has no token' }],
    [status(404), { kind: 'not-found' }],
  ])('that did not come: %j', async (answer, reason) => {
    expect(
      await requestToken(
        apiOf(() => answer),
        { namespace: 'n', name: 'a' },
        '',
      ),
    ).toMatchObject({ reason });
  });

  test.each<readonly [answer: Answer, reason: object]>([
    [body({ metadata: {} }), { kind: 'invalid', message: 'the answer is no service account' }],
    [status(404), { kind: 'not-found' }],
  ])('an account that is not read: %j', async (answer, reason) => {
    expect(
      await readServiceAccount(
        apiOf(() => answer),
        'n',
        'a',
      ),
    ).toMatchObject({ reason });
  });
});

describe('why a request came to nothing', () => {
  test.each<readonly [error: unknown, kind: string, message: RegExp]>([
    [
      Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }),
      'invalid',
      /not vouched for by the cluster's certificate authority: x/,
    ],
    [new DOMException('aborted', 'TimeoutError'), 'timed-out', /no complete answer/],
    [Object.assign(new Error('x'), { code: 'ABORT_ERR' }), 'timed-out', /no complete answer/],
    [Object.assign(new Error('x'), { code: 'ETIMEDOUT' }), 'timed-out', /no complete answer/],
    [Object.assign(new Error(''), { code: 'ECONNRESET' }), 'unreachable', /^ECONNRESET$/],
    [new CredentialUnavailable('no plugin'), 'denied', /^no plugin$/],
    [new SyntaxError('Unexpected token'), 'invalid', /^the answer is not JSON/],
    [new TypeError('Invalid URL'), 'invalid', /^Invalid URL$/],
    ['thrown text', 'unreachable', /^thrown text$/],
    [{ name: 'Odd' }, 'unreachable', /^Odd$/],
    [{ name: '' }, 'unreachable', /^no message$/],
  ])('%#', (error, kind, message) => {
    expect(networkReason(call, error)).toMatchObject({ kind, message: expect.stringMatching(message) });
  });

  test.each<readonly [code: number, text: string, kind: string, message: string]>([
    [418, '{"message": "short\\nand stout"}', 'invalid', '418: short and stout'],
    [422, '{"message": 5}', 'invalid', '422: HTTP 422'],
    [502, '<html>', 'unreachable', '502: HTTP 502'],
  ])('HTTP %d with %s', (code, text, kind, message) => {
    expect(statusReason(call, code, text)).toMatchObject({ kind, message });
  });

  test('a permission is said as a ClusterRole has it', () => {
    expect(statusReason({ ...call, resource: '/version', verb: 'get' }, 403, '').permission).toBe(
      'get on the non-resource URL /version',
    );
    expect(statusReason({ ...call, apiGroup: 'apps' }, 403, '').permission).toBe('list pods in the API group "apps"');
  });
});
