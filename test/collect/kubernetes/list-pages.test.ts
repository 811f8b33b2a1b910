import { expect, test } from '@jest/globals';
import type { KubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { listPages } from '../../../lib/collect/kubernetes/list-pages.ts';

test('of items that cannot be read a few are told, over all pages together', async () => {
  let pages = 0;
  const api: KubernetesApi = {
    send: async () => {
      pages += 1;
      const metadata = pages < 4 ? { continue: `${pages}` } : {};
      const items = Array.from({ length: 40 }, () => ({ metadata: { name: 'x' } }));
      return { ok: true, body: { kind: 'PodList', apiVersion: 'v1', metadata, items } };
    },
    close: () => undefined,
  };
  const list = { kind: 'Pod', apiVersion: 'v1', resource: 'pods', path: '/api/v1/pods' } as const;
  const listed = await listPages(api, list, () => ({ bad: 'an item is no pod' }));
  expect([pages, listed.ok ? [listed.items, listed.gaps.length] : undefined]).toEqual([4, [[], 100]]);
});
