/** Answers of an API server that are cut, refused, endless or of another form: each ends, and says why. */
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import {
  type ApiCall,
  type ApiResult,
  CredentialUnavailable,
  exchangeFailure,
  type KubernetesApi,
  statusReason,
} from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { listPages } from '../../../lib/collect/kubernetes/list-pages.ts';
import {
  readIssuer,
  readKubernetesFacts as readKubernetesFactsAlone,
} from '../../../lib/collect/kubernetes/read-kubernetes-facts.ts';
import { requestToken as requestTokenAlone } from '../../../lib/collect/kubernetes/token-request.ts';
import { recorded } from '../../support/whole/whole.ts';

const readKubernetesFacts = recorded('readKubernetesFacts', readKubernetesFactsAlone);
const requestToken = recorded('requestToken', requestTokenAlone);

const call: ApiCall = { verb: 'list', resource: 'pods', path: '/api/v1/pods' };
/** An API that answers each call from a function; it keeps what was asked. */
const apiOf = (answer: (call: ApiCall, nth: number) => ApiResult): KubernetesApi & { readonly asked: ApiCall[] } => {
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
const body = (value: unknown): ApiResult => ({ ok: true, body: value });
const status = (code: number, text = '', of = call): ApiResult => ({
  ok: false,
  reason: statusReason(of, code, text),
  status: code,
});
/** As kube-apiserver says that an object is not there. */
const notFound = (name: string): string =>
  JSON.stringify({ kind: 'Status', status: 'Failure', message: 'not found', reason: 'NotFound', details: { name } });

describe('a list', () => {
  const named = z.object({ name: z.string() });
  const nameIn = (item: unknown) => named.parse(item).name;
  const take = (item: unknown) => (nameIn(item) === 'bad' ? ({ bad: 'no item' } as const) : { keep: nameIn(item) });
  const list = (answer: Parameters<typeof apiOf>[0]) => {
    const api = apiOf(answer);
    return listPages(api, { kind: 'Pod', resource: 'pods', path: '/api/v1/pods' }, take).then(listed => ({
      listed,
      asked: api.asked,
    }));
  };
  const page = (names: readonly string[], more?: string, over: object = {}) =>
    body({
      kind: 'PodList',
      apiVersion: 'v1',
      metadata: more === undefined ? {} : { continue: more },
      items: names.map(name => ({ name })),
      ...over,
    });

  test.each<readonly [what: string, answer: Parameters<typeof apiOf>[0], expected: object]>([
    ['of nothing', () => page([]), { ok: true, items: [], gaps: [] }],
    [
      'of metadata alone',
      () => page(['a'], undefined, { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' }),
      { ok: true, items: ['a'], gaps: [] },
    ],
    ['refused', () => status(403), { ok: false, reason: { kind: 'denied' } }],
    [
      'of which one item is bad',
      () => page(['a', 'bad']),
      { ok: true, items: ['a'], gaps: [{ what: 'one of pods', reason: { message: 'no item' } }] },
    ],
    [
      'with an item of another kind',
      () => page([], undefined, { items: [{ kind: 'Secret', name: 'a' }, { kind: 'Pod', name: 'b' }, 'c', null] }),
      {
        ok: true,
        items: ['b'],
        gaps: [1, 2, 3].map(() => ({ reason: { kind: 'invalid', message: 'an item is not of kind Pod' } })),
      },
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
      'whose tokens go round in a circle',
      (_, nth) => page(['a'], nth % 2 === 0 ? 'even' : 'odd'),
      { ok: true, items: ['a', 'a', 'a'], gaps: [{ what: 'pages of pods after page 3' }] },
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

  describe.each<readonly [what: string, answer: ApiResult, instead: string]>([
    ['{}', body({}), ''],
    ['a list', body([]), ''],
    ['null', body(null), ''],
    ['text', body('<html>'), ''],
    ['a list without items', body({ kind: 'PodList', apiVersion: 'v1', metadata: {} }), ', but PodList'],
    ['a list whose items are null', page([], undefined, { items: null }), ', but PodList'],
    ['a list whose items are a map', page([], undefined, { items: {} }), ', but PodList'],
    ['a list without metadata', page([], undefined, { metadata: undefined }), ', but PodList'],
    ['a list of another kind', page([], undefined, { kind: 'SecretList' }), ', but SecretList'],
    ['a list of another version', page([], undefined, { apiVersion: 'v2' }), ', but PodList'],
    ['a list with a token that is no text', page([], undefined, { metadata: { continue: 5 } }), ', but PodList'],
    [
      'a Status',
      body({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'Unauthorized', code: 401 }),
      ', but Status: Unauthorized',
    ],
  ])('answered 200 with %s', (_, answer, instead) => {
    const reason = { kind: 'invalid', operation: 'list pods', message: `the answer is not a list of pods${instead}` };

    test('is a failed read and not a list of nothing', async () => {
      expect((await list(() => answer)).listed).toEqual({ ok: false, reason });
    });

    test('on its second page is not complete', async () => {
      const { listed } = await list((_call, nth) => (nth === 1 ? page(['a'], 't') : answer));
      expect(listed).toEqual({ ok: true, items: ['a'], gaps: [{ what: 'page 2 of pods', reason }] });
    });
  });

  test('too large a page is asked for again with fewer items, and told if one item is too large as well', async () => {
    const tooLarge = { ok: false, reason: { kind: 'too-large', operation: 'list pods', message: 'm' } } as const;
    const once = await list((_, nth) => (nth === 1 ? tooLarge : page(['a'])));
    expect(once.asked.map(({ path }) => path)).toEqual(['/api/v1/pods?limit=500', '/api/v1/pods?limit=50']);
    expect(once.listed).toMatchObject({ ok: true, items: ['a'] });
    const always = await list(() => tooLarge);
    expect(always.listed).toMatchObject({ ok: false, reason: { kind: 'too-large' } });
    expect(always.asked.map(({ path }) => path.replace(/.*limit=/, ''))).toEqual(['500', '50', '5', '1']);
  });

  test('pages grow again after a part of the list that was too large', async () => {
    const tooLarge = { ok: false, reason: { kind: 'too-large', operation: 'list pods', message: 'm' } } as const;
    const { listed, asked } = await list((_, nth) =>
      nth <= 2 ? tooLarge : page(['a'], nth < 10 ? `t${nth}` : undefined),
    );
    expect(asked.map(({ path }) => /limit=(\d+)/.exec(path)?.[1]).join(' ')).toBe('500 50 5 10 20 40 80 160 320 500');
    expect(listed).toMatchObject({ ok: true, gaps: [] });
  });

  test('items that arrive before the page proves to be none, or breaks off, are not kept', async () => {
    const arriving = (answer: ApiResult) => {
      const api = apiOf(({ onItem }) => {
        onItem?.({ name: 'early' });
        return answer;
      });
      return listPages(api, { kind: 'Pod', resource: 'pods', path: '/api/v1/pods' }, take);
    };
    expect(await arriving(page([]))).toMatchObject({ ok: true, items: ['early'] });
    expect(await arriving(body({ kind: 'SecretList', items: [] }))).toMatchObject({ ok: false });
    expect(await arriving(status(500))).toMatchObject({ ok: false });
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
  const answered = (version: ApiResult, rest: ApiResult = status(403)) =>
    readKubernetesFacts(
      apiOf(one => (one.path === '/version' ? version : rest)),
      { issuerKnown: true },
    );

  test.each<readonly [what: string, version: ApiResult, expected: object]>([
    ['does not know the caller', status(401), { status: 'unavailable', reason: { message: '401: HTTP 401' } }],
    ['is down', status(503), { status: 'unavailable', reason: { kind: 'unreachable' } }],
    ['is slow', status(504), { status: 'unavailable', reason: { kind: 'timed-out' } }],
    ['is another server', body('<html>'), { status: 'unavailable', reason: { kind: 'invalid' } }],
    [
      'refuses its version alone',
      status(403),
      { status: 'complete', value: { version: { reason: { kind: 'denied' } } } },
    ],
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

  const webhookCall = { ...call, name: 'pod-identity-webhook' };
  test('whose webhook is not there has none', async () => {
    const absent = status(404, notFound('pod-identity-webhook'), webhookCall);
    expect(await answered(body({ gitVersion: 'v1' }), absent)).toMatchObject({
      value: { webhook: { status: 'complete', value: undefined } },
    });
  });

  test.each([
    ['404 page not found', '404 page not found\n'],
    ['a Status that names something else', notFound('no-such-thing')],
    ['a Status that names nothing', '{"kind":"Status","message":"no such resource","reason":"NotFound","details":{}}'],
    ['JSON of something else', '{"reason":"NotFound"}'],
  ])('whose API group is not served (%s) may have a webhook all the same', async (_, text) => {
    const facts = await answered(body({ gitVersion: 'v1.15.12-eks' }), status(404, text, webhookCall));
    expect(facts).toMatchObject({ value: { webhook: { status: 'unavailable', reason: { kind: 'invalid' } } } });
  });

  describe('in which a service account and its pod are made while the lists are read', () => {
    const listed = (kind: string, items: readonly object[]): ApiResult =>
      body({ kind: `${kind}List`, apiVersion: 'v1', metadata: {}, items });
    const object = (name: string) => ({ metadata: { name, namespace: 'n' } });
    const pod = (serviceAccountName: string) => ({ ...object('p'), spec: { serviceAccountName, containers: [] } });
    const facts = async (lists: readonly ApiResult[], pods: ApiResult) => {
      let nth = 0;
      const api = apiOf(({ path }) => {
        if (path === '/version') return body({ gitVersion: 'v1' });
        if (path.startsWith('/api/v1/serviceaccounts')) return lists[nth++] ?? status(500);
        return path.startsWith('/api/v1/pods') ? pods : status(403);
      });
      const read = await readKubernetesFacts(api, { issuerKnown: true });
      if (read.status === 'unavailable') throw new Error('unread');
      const { serviceAccounts } = read.value;
      return {
        names: serviceAccounts.status === 'unavailable' ? [] : serviceAccounts.value.map(({ name }) => name),
        status: serviceAccounts.status,
        lists: nth,
      };
    };
    const [early, both] = [
      listed('ServiceAccount', [object('early'), object('gone')]),
      listed('ServiceAccount', [object('early'), object('late')]),
    ];

    test.each<readonly [what: string, lists: readonly ApiResult[], pods: ApiResult, expected: object]>([
      [
        'the late one is read by a second list, and the one that went meanwhile was there',
        [early, both],
        listed('Pod', [pod('late'), pod('gone')]),
        { names: ['early', 'gone', 'late'], status: 'complete', lists: 2 },
      ],
      [
        'no second list is asked for where every pod has its own',
        [early],
        listed('Pod', [pod('early')]),
        { names: ['early', 'gone'], status: 'complete', lists: 1 },
      ],
      [
        'one that neither list has is gone',
        [early, early],
        listed('Pod', [pod('never')]),
        { names: ['early', 'gone'], status: 'complete', lists: 2 },
      ],
      [
        'a second list that fails leaves a gap: the late one may exist',
        [early, status(500)],
        listed('Pod', [pod('late')]),
        { names: ['early', 'gone'], status: 'partial', lists: 2 },
      ],
      [
        'a list that was read in part is not asked for again, and stays one',
        [listed('ServiceAccount', [object('early'), { metadata: { name: 7 } }]), both],
        listed('Pod', [pod('late')]),
        { names: ['early'], status: 'partial', lists: 1 },
      ],
      ['pods that are not read ask for no second list', [early], status(403), { status: 'complete', lists: 1 }],
      ['a list that failed is not asked for again', [status(403)], listed('Pod', [pod('late')]), { lists: 1 }],
    ])('%s', async (_, lists, pods, expected) => {
      expect(await facts(lists, pods)).toMatchObject(expected);
    });
  });

  test.each([403, 404, 500])('whose discovery is answered with %d, though EKS gives the issuer', async code => {
    const answered = await readIssuer(
      apiOf(() => status(code)),
      true,
    );
    const kind = code === 500 ? 'unreachable' : 'not-asked-for';
    expect(answered).toMatchObject({ status: 'unavailable', reason: { kind } });
  });

  test('whose discovery document has no issuer is told', async () => {
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
  test('is asked for with its audience alone, for the service account that is named', async () => {
    const api = apiOf(() => body({ status: { token: 't' } }));
    expect(await requestToken(api, { namespace: 'n', name: '../a' }, 'sts.amazonaws.com')).toEqual({
      status: 'complete',
      value: 't',
    });
    expect(api.asked[0]).toMatchObject({
      path: '/api/v1/namespaces/n/serviceaccounts/..%2Fa/token',
      body: { spec: { audiences: ['sts.amazonaws.com'] } },
    });
  });

  test.each<readonly [answer: ApiResult, reason: object]>([
    [body({ status: { token: '' } }), { kind: 'invalid', message: 'the answer has no token' }],
    [status(404, notFound('a'), { ...call, name: 'a' }), { kind: 'not-found' }],
  ])('that did not come: %j', async (answer, reason) => {
    expect(
      await requestToken(
        apiOf(() => answer),
        { namespace: 'n', name: 'a' },
        '',
      ),
    ).toMatchObject({ reason });
  });
});

describe('why a request came to nothing', () => {
  test.each<readonly [error: unknown, kind: string, message: RegExp]>([
    [
      Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }),
      'invalid',
      /not issued by the cluster's certificate authority: x/,
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
    expect(exchangeFailure(call, error)).toMatchObject({ kind, message: expect.stringMatching(message) });
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
