import { describe, expect, test } from '@jest/globals';
import type { Answer, ApiCall } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { readIssuerRoles as readIssuerRolesAlone } from '../../../lib/collect/kubernetes/read-second-roles.ts';
import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { aPod } from '../../support/example-cluster.ts';
import { refused } from '../../support/in-cluster-world.ts';
import { recorded } from '../../support/whole/whole.ts';

const readIssuerRoles = recorded('readIssuerRoles', readIssuerRolesAlone);

const issuers = (...items: readonly unknown[]): Answer => ({
  ok: true,
  body: { kind: 'ClusterIssuerList', apiVersion: 'cert-manager.io/v1', metadata: {}, items },
});
const issuerOf = (...solvers: readonly object[]) => ({
  metadata: { name: 'letsencrypt' },
  spec: { acme: { solvers: solvers.map(route53 => ({ dns01: { route53 } })) } },
});
const notRead = (kind: 'denied' | 'not-found' | 'timed-out'): Answer => ({
  ok: false,
  reason: { kind, operation: 'list clusterissuers', message: '403' },
});
const read = async (answer: Answer, pods: readonly Pod[] = [aPod({ isCertManager: true })]) => {
  const asked: ApiCall[] = [];
  const send = async (call: ApiCall) => {
    asked.push(call);
    return answer;
  };
  return { roles: await readIssuerRoles({ send, close: () => undefined }, complete(pods)), asked };
};
const role = 'arn:aws:iam::444455556666:role/zones';

describe('the roles that ClusterIssuers of cert-manager name', () => {
  test('are kept once for each issuer', async () => {
    const { roles, asked } = await read(issuers(issuerOf({ role, region: 'eu-west-1' }, { role })));
    expect(roles).toEqual(complete([{ issuer: 'letsencrypt', roleArn: role }]));
    expect(asked.map(({ path }) => path)).toEqual([
      expect.stringMatching(/^\/apis\/cert-manager.io\/v1\/clusterissuers/),
    ]);
  });

  test.each<[string, object]>([
    ['access keys', { role, accessKeyID: 'AKIAIOSFODNN7EXAMPLE' }],
    ['access keys of a secret', { role, secretAccessKeySecretRef: { name: 'keys' } }],
    ['a service account of its own', { role, auth: { kubernetes: { serviceAccountRef: { name: 'solver' } } } }],
    ['no role', { region: 'eu-west-1' }],
  ])('a solver with %s does not start from the role of the controller', async (_, route53) => {
    expect((await read(issuers(issuerOf(route53)))).roles).toEqual(complete([]));
  });

  test.each<[string, object]>([
    ['of a CA', { ca: { secretName: 'ca' } }],
    ['with a solver of HTTP', { acme: { solvers: [{ http01: {} }] } }],
  ])('an issuer %s names none', async (_, spec) => {
    expect((await read(issuers({ metadata: { name: 'ca' }, spec }))).roles).toEqual(complete([]));
  });

  test('a cluster without cert-manager, or without pods that were read, is not asked', async () => {
    expect(await read(issuers(), [aPod()])).toEqual({ roles: undefined, asked: [] });
    expect(await readIssuerRoles({ send: async () => issuers(), close: () => undefined }, refused)).toBeUndefined();
  });

  test('a refusal counts as not asked for, another failure as unread, a missing kind as none', async () => {
    expect((await read(notRead('denied'))).roles).toEqual(
      notAskedFor('list clusterissuers', 'refused, and optional: 403'),
    );
    expect((await read(notRead('timed-out'))).roles).toMatchObject({ reason: { kind: 'timed-out' } });
    expect((await read(notRead('not-found'))).roles).toEqual(complete([]));
  });

  test('an item of another form is a gap', async () => {
    expect((await read(issuers({ metadata: { name: 'x' }, spec: 7 }))).roles).toMatchObject({ status: 'partial' });
  });
});
