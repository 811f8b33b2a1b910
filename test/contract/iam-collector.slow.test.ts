/** The IAM collector and AssumeRole give the same over the sandbox's endpoints and over moto, someone else's AWS. */
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  type IAMClient,
  UpdateAssumeRolePolicyCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { awsAccountReader } from '../../lib/collect/aws-account-reader.ts';
import { type AwsClients, awsClients } from '../../lib/collect/clients.ts';
import { readIam } from '../../lib/collect/iam/iam-account-reader.ts';
import { clientsOfTarget } from '../../lib/collect/targets/assume-member-role.ts';
import { callerIdentity } from '../../lib/collect/targets/caller-identity.ts';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { startAws } from '../../sandbox/aws/start-aws.ts';
import {
  aMember,
  aWorld,
  aWorldAccount,
  aWorldRole,
  irsaTrust,
  issuer,
  memberAccount,
  memberTrust,
  region,
} from '../support/aws-world.ts';
import { startMoto } from '../support/moto.ts';

/** One implementation under test: where it is, and how a request says which account it comes from. */
interface Backend {
  readonly url: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Roles to create. */
  readonly created: number;
  stop(): Promise<unknown>;
}

const otherMember = '777788889999';
const ownAccount = '123456789012';
const trust = irsaTrust(ownAccount, 'system:serviceaccount:checkout:cart');
const nameOf = (index: number): string => `role-${String(index).padStart(4, '0')}`;
/** Of so many roles the first are created by requests; over the sandbox only ten, since the others may stand there before. */
const roleCount = 1050;
const createdInSandbox = 10;
const standing = Array.from({ length: roleCount - createdInSandbox }, (_, at) =>
  aWorldRole({ name: nameOf(createdInSandbox + at), path: '/team/', trustPolicy: trust }),
);
const sandboxWorld = () =>
  aWorld({
    accounts: [
      aWorldAccount({ accountId: ownAccount, providers: [], roles: standing, clusters: [] }),
      ...[memberAccount, otherMember].map(accountId =>
        aMember({
          accountId,
          roles: [aWorldRole({ name: 'irsa-auditor-read', trustPolicy: memberTrust(ownAccount, 'irsa-auditor') })],
        }),
      ),
    ],
  });

/** moto's own account is 123456789012 unless a request comes with credentials that it handed out. */
const backends: readonly (readonly [string, () => Promise<Backend>])[] = [
  [
    'the sandbox',
    async () => ({
      ...(await startAws(sandboxWorld())),
      credentials: sandboxCredentials(ownAccount),
      created: createdInSandbox,
    }),
  ],
  [
    'moto',
    async () => ({
      ...(await startMoto()),
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      created: roleCount,
    }),
  ],
];

const hostPath = issuer.slice('https://'.length);
const thumbprint = '06b25927c42a721631c1efd9431e648fa62e1e39';

const fill = async (iam: IAMClient, roles: number): Promise<void> => {
  await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: issuer,
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280'],
      Tags: [{ Key: 'team', Value: 'shop' }],
    }),
  );
  for (let index = 0; index < roles; index++)
    await iam.send(new CreateRoleCommand({ RoleName: nameOf(index), Path: '/team/', AssumeRolePolicyDocument: trust }));
};

describe.each(backends)('over %s', (_, start) => {
  let backend: Backend;
  let clients: AwsClients;

  beforeAll(async () => {
    backend = await start();
    clients = awsClients({ region, endpoint: backend.url, credentials: backend.credentials });
    await fill(clients.iam(), backend.created);
  });

  afterAll(async () => {
    clients?.close();
    await backend?.stop();
  });

  test('the account is who the credentials say', async () => {
    expect(await callerIdentity(clients.sts())).toMatchObject({ accountId: ownAccount, partition: 'aws' });
  });

  test('providers come back with audiences, thumbprints and tags', async () => {
    const { providers } = await readIam(clients.iam());
    expect(providers).toEqual({
      status: 'complete',
      value: [
        {
          arn: `arn:aws:iam::123456789012:oidc-provider/${hostPath}`,
          detail: {
            status: 'complete',
            value: {
              url: hostPath,
              audiences: ['sts.amazonaws.com'],
              thumbprints: ['9e99a48a9960b14926bb7f3b02e22da2b0ab7280'],
              createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
              tags: { team: 'shop' },
            },
          },
        },
      ],
    });
  });

  test('1,050 roles come back on two pages, each with its policy as plain text', async () => {
    clients.calls.take();
    const { roles } = await readIam(clients.iam());
    if (roles.status !== 'complete') throw new Error(JSON.stringify(roles));
    const own = roles.value.filter(role => role.name.startsWith('role-'));
    expect(new Set(own.map(role => role.arn)).size).toBe(1050);
    expect(own.find(({ name }) => name === 'role-0000')).toMatchObject({
      arn: 'arn:aws:iam::123456789012:role/team/role-0000',
      path: '/team/',
    });
    expect(JSON.parse(own.at(-1)?.trustPolicy ?? '')).toEqual(JSON.parse(trust));
    expect(clients.calls.take()['iam:ListRoles']).toBe(2);
  });

  test('role details: last use, policies and tags', async () => {
    const { roles } = await readIam(clients.iam(), { roleDetails: true });
    expect(roles.status).toBe('complete');
    expect(roles.status === 'complete' && roles.value.find(({ name }) => name === 'role-0000')?.detail).toMatchObject({
      status: 'complete',
      value: { attachedPolicyArns: [], isAdministrator: false },
    });
  });

  test('what a fix changes shows in the next read', async () => {
    const arn = `arn:aws:iam::123456789012:oidc-provider/${hostPath}`;
    await clients
      .iam()
      .send(
        new UpdateOpenIDConnectProviderThumbprintCommand({
          OpenIDConnectProviderArn: arn,
          ThumbprintList: [thumbprint],
        }),
      );
    const document = irsaTrust(ownAccount, 'system:serviceaccount:checkout:till');
    await clients.iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'role-0001', PolicyDocument: document }));
    const { providers, roles } = await readIam(clients.iam());
    expect(providers).toMatchObject({ value: [{ detail: { value: { thumbprints: [thumbprint] } } }] });
    const changed = roles.status === 'complete' ? roles.value.find(({ name }) => name === 'role-0001') : undefined;
    expect(changed?.trustPolicy).toContain('checkout:till');
  });

  test('the length that a trust policy may have is read once one is long', async () => {
    const long = Array.from({ length: 60 }, (_, at) => `system:serviceaccount:checkout:cart-${at}`);
    const document = JSON.parse(trust);
    document.Statement[0].Condition.StringEquals[`${hostPath}:sub`] = long;
    const PolicyDocument = JSON.stringify(document);
    await clients.iam().send(new UpdateAssumeRolePolicyCommand({ RoleName: 'role-0002', PolicyDocument }));
    const snapshot = await awsAccountReader(clients).read(
      { accountId: ownAccount, regions: [] },
      '2026-11-01T06:00:00.000Z',
    );
    expect(snapshot.quotas).toEqual({ status: 'complete', value: { trustPolicyLength: 2048 } });
  });

  test('a second create of the same provider is refused', async () => {
    const again = new CreateOpenIDConnectProviderCommand({ Url: issuer, ThumbprintList: [thumbprint] });
    await expect(clients.iam().send(again)).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
  });

  test.each([memberAccount, otherMember])(
    'the member account %s is read through its role, apart from the others',
    async accountId => {
      const roleArn = `arn:aws:iam::${accountId}:role/irsa-auditor-read`;
      const target = { accountId, regions: [region], roleArn, externalId: 'irsa-auditor' };
      const member = await clientsOfTarget(clients, target);
      if (member.status !== 'complete') throw new Error(JSON.stringify(member));
      expect(await callerIdentity(member.value.sts())).toMatchObject({ accountId });
      const own = `oidc.eks.eu-west-1.amazonaws.com/id/${accountId}`;
      await member.value
        .iam()
        .send(
          new CreateOpenIDConnectProviderCommand({
            Url: `https://${own}`,
            ClientIDList: ['a'],
            ThumbprintList: [thumbprint],
          }),
        );
      const snapshot = await awsAccountReader(clients).read(target, '2026-11-01T06:00:00.000Z');
      expect(snapshot.providers).toMatchObject({
        status: 'complete',
        value: [{ arn: `arn:aws:iam::${accountId}:oidc-provider/${own}` }],
      });
      const names = snapshot.roles.status === 'complete' ? snapshot.roles.value.map(({ name }) => name) : ['unread'];
      expect(names.filter(name => name.startsWith('role-'))).toEqual([]);
    },
  );
});
