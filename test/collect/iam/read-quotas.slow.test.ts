import { describe, expect, test } from '@jest/globals';
import { awsAccountReader } from '../../../lib/collect/aws-account-reader.ts';
import { readQuotas as readQuotasAlone } from '../../../lib/collect/iam/read-quotas.ts';
import type { Provider } from '../../../lib/model/account.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { Fault, WorldAccount } from '../../../sandbox/world/world.ts';
import { against } from '../../support/answering-aws.ts';
import {
  aWorld,
  aWorldAccount,
  aWorldProvider,
  aWorldRole,
  irsaTrust,
  mainAccount,
  region,
} from '../../support/aws-world.ts';
import { withWorld } from '../../support/sandbox-aws.ts';
import { recorded } from '../../support/whole/whole.ts';

const readQuotas = recorded('readQuotas', readQuotasAlone);

/** A role whose trust policy has so many characters, the padding lies in its subject. */
const roleOfLength = (length: number) => {
  const short = irsaTrust(mainAccount, 'system:serviceaccount:books:');
  return aWorldRole({
    trustPolicy: irsaTrust(mainAccount, `system:serviceaccount:books:${'a'.repeat(length - short.length)}`),
  });
};
const providers = (count: number) =>
  Array.from({ length: count }, (_, at) => aWorldProvider({ url: `oidc.eks.eu-west-1.amazonaws.com/id/${at}` }));

/** The section, and which quotas were asked for. */
const quotasOf = (account: Partial<WorldAccount>, faults: Fault[] = [], place = region) =>
  withWorld(aWorld({ accounts: [aWorldAccount(account)], faults }), async ({ clients, aws }) => {
    const { quotas } = await awsAccountReader(clients).read(
      { accountId: mainAccount, regions: [place] },
      '2026-11-01T06:00:00.000Z',
    );
    const asked = Object.keys(aws.calls()).filter(call => /Summary|Quota/.test(call));
    return { quotas, asked };
  });

const summary = 'iam:GetAccountSummary';
const quota = 'servicequotas:GetServiceQuota';

describe('quotas', () => {
  test('a quota that was never changed is not told: the default applies', async () => {
    const answer = { __type: 'NoSuchResourceException', message: 'The specified resource does not exist.' };
    const many = Array.from({ length: 90 }, (_, at) => ({ arn: `arn:aws:iam::${mainAccount}:oidc-provider/${at}` }));
    await against(
      () => ({ status: 400, text: JSON.stringify(answer) }),
      async clients => {
        const question = { iam: () => clients.iam(), serviceQuotas: (where: string) => clients.serviceQuotas(where) };
        const all = complete(many as unknown as readonly Provider[]);
        const read = await readQuotasAlone({ ...question, partition: 'aws', providers: all, roles: complete([]) });
        expect(read).toEqual(complete({ oidcProviders: 100 }));
      },
    );
  });

  test('of an account that is far from even the least are not asked for', async () => {
    const { quotas, asked } = await quotasOf({ roles: [roleOfLength(1638)], providers: providers(79) });
    expect(asked).toEqual([]);
    expect(quotas).toMatchObject({ status: 'unavailable', reason: { kind: 'not-asked-for' } });
  });

  test.each<readonly [string, Partial<WorldAccount>, readonly string[], object]>([
    ['a long policy', { roles: [roleOfLength(1639)] }, [summary], { trustPolicyLength: 2048 }],
    ['many providers', { providers: providers(80) }, [quota], { oidcProviders: 100 }],
    [
      'both, raised',
      {
        roles: [roleOfLength(4000)],
        providers: providers(120),
        quotas: { oidcProviders: 300, trustPolicyLength: 4096 },
      },
      [summary, quota],
      { oidcProviders: 300, trustPolicyLength: 4096 },
    ],
  ])('of an account with %s are read', async (_, account, calls, value) => {
    expect(await quotasOf(account)).toEqual({ quotas: complete(value), asked: calls });
  });

  test('of GovCloud are read in its own region', async () => {
    const account = { partition: 'aws-us-gov', providers: providers(80) };
    expect((await quotasOf(account, [], 'us-gov-east-1')).quotas).toEqual(complete({ oidcProviders: 100 }));
  });

  test('of a partition that does not say where it keeps them are not guessed', async () => {
    const { quotas, asked } = await quotasOf({ partition: 'aws-cn', providers: providers(80) }, [], 'cn-north-1');
    expect(asked).toEqual([]);
    expect(quotas).toMatchObject({ status: 'partial', value: {}, gaps: [{ reason: { kind: 'not-asked-for' } }] });
  });

  test('that are refused are a gap each, with the permission', async () => {
    const faults: Fault[] = [summary, quota].map(operation => ({ operation, kind: 'deny' }));
    const { quotas } = await quotasOf({ roles: [roleOfLength(1639)], providers: providers(80) }, faults);
    expect(quotas).toMatchObject({
      status: 'partial',
      value: {},
      gaps: [
        { what: 'trustPolicyLength', reason: { kind: 'denied', permission: summary } },
        { what: 'oidcProviders', reason: { kind: 'denied', permission: quota } },
      ],
    });
  });

  test('of an account whose roles and providers were not read are not asked for', async () => {
    const reason = { kind: 'denied', operation: 'x', message: 'no' } as const;
    const read = await against(
      () => '',
      ({ iam, serviceQuotas }) =>
        readQuotas({
          iam,
          serviceQuotas,
          partition: 'aws',
          roles: unavailable(reason),
          providers: unavailable(reason),
        }),
    );
    expect(read).toMatchObject({ reason: { kind: 'not-asked-for' } });
  });

  test.each([
    ['none', '{}'],
    ['less than every account has', '{"Quota":{"Value":99}}'],
    ['more than AWS grants', '{"Quota":{"Value":701}}'],
    ['no number', '{"Quota":{"Value":"100"}}'],
  ])('an answer with %s is no quota', async (_, answer) => {
    const read = await against(
      () => answer,
      ({ iam, serviceQuotas }) =>
        readQuotas({
          iam,
          serviceQuotas,
          partition: 'aws',
          roles: complete([]),
          providers: complete(
            providers(80).map(({ url }) => ({
              arn: url,
              detail: unavailable({ kind: 'denied', operation: 'x', message: '' }),
            })),
          ),
        }),
    );
    expect(read).toMatchObject({ status: 'partial', value: {}, gaps: [{ reason: { kind: 'invalid' } }] });
  });
});
