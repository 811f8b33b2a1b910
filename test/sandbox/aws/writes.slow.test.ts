/** The writes that printed fixes make take effect in the world, and the next read shows them. */
import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  CreatePodIdentityAssociationCommand,
  DeleteAccessEntryCommand,
  DeletePodIdentityAssociationCommand,
  DescribeAccessEntryCommand,
  DescribePodIdentityAssociationCommand,
  ListAccessEntriesCommand,
  ListPodIdentityAssociationsCommand,
  UpdateClusterConfigCommand,
} from '@aws-sdk/client-eks';
import {
  AddClientIDToOpenIDConnectProviderCommand,
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam';
import { DescribeOrganizationCommand, ListRootsCommand } from '@aws-sdk/client-organizations';
import { describe, expect, test } from '@jest/globals';
import { aMember, aWorld, aWorldAccount, irsaTrust, issuer, mainAccount, region } from '../../support/aws-world.ts';
import { withWorld } from '../../support/sandbox-aws.ts';

const arn = `arn:aws:iam::${mainAccount}:oidc-provider/${issuer.slice(8)}`;
const other = 'https://oidc.eks.eu-west-1.amazonaws.com/id/NEW';

describe('a provider', () => {
  test('takes and loses audiences and thumbprints; both are idempotent', async () => {
    await withWorld(aWorld(), async ({ world, clients }) => {
      const iam = clients.iam();
      for (let time = 0; time < 2; time++) {
        await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn, ClientID: 'x' }));
        await iam.send(
          new RemoveClientIDFromOpenIDConnectProviderCommand({
            OpenIDConnectProviderArn: arn,
            ClientID: 'sts.amazonaws.com',
          }),
        );
      }
      const ThumbprintList = ['a'.repeat(40)];
      await iam.send(
        new UpdateOpenIDConnectProviderThumbprintCommand({ OpenIDConnectProviderArn: arn, ThumbprintList }),
      );
      expect(world.accounts[0]?.providers).toMatchObject([{ audiences: ['x'], thumbprints: ThumbprintList }]);
    });
  });

  test('is made without thumbprints (IAM then fetches one), and deleted as often as one likes', async () => {
    await withWorld(aWorld(), async ({ world, clients }) => {
      const made = await clients
        .iam()
        .send(new CreateOpenIDConnectProviderCommand({ Url: `${other}`, ClientIDList: ['a'] }));
      expect(world.accounts[0]?.providers.at(-1)).toMatchObject({
        url: other.slice(8),
        thumbprints: [expect.any(String)],
      });
      for (let time = 0; time < 2; time++)
        await clients
          .iam()
          .send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: made.OpenIDConnectProviderArn }));
      expect(world.accounts[0]?.providers.length).toBe(1);
    });
  });

  test.each([
    ['a URL without https', { Url: 'http://x.example' }, 'InvalidInputException'],
    ['a thumbprint that is none', { Url: other, ThumbprintList: ['z'.repeat(40)] }, 'ValidationError'],
    ['six thumbprints', { Url: other, ThumbprintList: new Array(6).fill('a'.repeat(40)) }, 'InvalidInputException'],
    ['one that is there', { Url: issuer }, 'EntityAlreadyExistsException'],
  ])('with %s is refused', async (_, input, name) => {
    await withWorld(aWorld(), async ({ clients }) => {
      await expect(clients.iam().send(new CreateOpenIDConnectProviderCommand(input))).rejects.toMatchObject({ name });
    });
  });
});

describe('a role', () => {
  const trust = irsaTrust(mainAccount, 'system:serviceaccount:checkout:till');

  test('is made, changed, tagged, given policies and deleted', async () => {
    await withWorld(aWorld(), async ({ world, clients }) => {
      const iam = clients.iam();
      const RoleName = 'new';
      const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: '{"Statement":[]}' }));
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust }));
      await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'k', Value: 'v' }] }));
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
      const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
      expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
      expect(Role?.Tags).toEqual([{ Key: 'k', Value: 'v' }]);
      const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      expect(AttachedPolicies).toEqual([{ PolicyName: 'ReadOnlyAccess', PolicyArn }]);
      await expect(iam.send(new DeleteRoleCommand({ RoleName }))).rejects.toMatchObject({
        name: 'DeleteConflictException',
      });
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
      expect(world.accounts[0]?.roles.map(({ name }) => name)).toEqual(['checkout-cart']);
    });
  });

  test.each(['{', '[]', '{"Version":"2012-10-17"}'])('does not take the policy %s', async PolicyDocument => {
    await withWorld(aWorld(), async ({ clients }) => {
      const update = new UpdateAssumeRolePolicyCommand({ RoleName: 'checkout-cart', PolicyDocument });
      await expect(clients.iam().send(update)).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
    });
  });
});

describe('a cluster', () => {
  const clusterName = 'shop';
  const principalArn = `arn:aws:iam::${mainAccount}:role/irsa-auditor`;

  test('takes access entries, whose principal may hold slashes', async () => {
    await withWorld(aWorld(), async ({ clients }) => {
      const eks = clients.eks(region);
      await eks.send(new CreateAccessEntryCommand({ clusterName, principalArn, kubernetesGroups: ['irsa-auditor'] }));
      await eks.send(
        new AssociateAccessPolicyCommand({
          clusterName,
          principalArn,
          policyArn: 'p',
          accessScope: { type: 'cluster' },
        }),
      );
      expect((await eks.send(new ListAccessEntriesCommand({ clusterName }))).accessEntries).toEqual([principalArn]);
      const { accessEntry } = await eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn }));
      expect(accessEntry).toMatchObject({ kubernetesGroups: ['irsa-auditor'], type: 'STANDARD' });
      await eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn }));
      await expect(eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });
  });

  test('of the mode CONFIG_MAP takes none until its mode is changed', async () => {
    const world = aWorld();
    const cluster = world.accounts[0]?.clusters[0];
    if (cluster) cluster.authenticationMode = 'CONFIG_MAP';
    await withWorld(world, async ({ clients }) => {
      const eks = clients.eks(region);
      const create = new CreateAccessEntryCommand({ clusterName, principalArn });
      await expect(eks.send(create)).rejects.toMatchObject({ name: 'InvalidRequestException' });
      await eks.send(
        new UpdateClusterConfigCommand({
          name: clusterName,
          accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
        }),
      );
      await expect(eks.send(create)).resolves.toHaveProperty('accessEntry');
    });
  });

  test('takes Pod Identity associations, one for a service account', async () => {
    await withWorld(aWorld(), async ({ clients }) => {
      const eks = clients.eks(region);
      const make = new CreatePodIdentityAssociationCommand({
        clusterName,
        namespace: 'a',
        serviceAccount: 'b',
        roleArn: principalArn,
      });
      const { association } = await eks.send(make);
      const associationId = association?.associationId ?? '';
      await expect(eks.send(make)).rejects.toMatchObject({ name: 'ResourceInUseException' });
      const { associations } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName, namespace: 'a' }));
      expect(associations).toMatchObject([{ associationId, namespace: 'a', serviceAccount: 'b' }]);
      expect(associations?.[0]).not.toHaveProperty('roleArn');
      const described = await eks.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId }));
      expect(described.association?.roleArn).toBe(principalArn);
      await eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
      expect((await eks.send(new ListPodIdentityAssociationsCommand({ clusterName }))).associations).toEqual([]);
    });
  });
});

describe('an organization', () => {
  test('shows itself to its management account alone', async () => {
    await withWorld(aWorld({ accounts: [aWorldAccount(), aMember()] }), async ({ clients }) => {
      const { Organization } = await clients.organizations().send(new DescribeOrganizationCommand({}));
      expect(Organization?.MasterAccountId).toBe(mainAccount);
      expect((await clients.organizations().send(new ListRootsCommand({}))).Roots?.length).toBe(1);
      const member = clients.withCredentials({ accessKeyId: 'AKIA444455556666SBOX', secretAccessKey: 'x' });
      await expect(member.organizations().send(new ListRootsCommand({}))).rejects.toMatchObject({
        name: 'AccessDeniedException',
      });
    });
  });
});

test('what the sandbox does not have is said, not answered with nothing', async () => {
  await withWorld(aWorld(), async ({ aws }) => {
    const body = new URLSearchParams({ Action: 'CreateUser', Version: '2010-05-08' });
    const answer = await fetch(aws.url, { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('The sandbox has no operation iam:CreateUser');
    expect((await fetch(`${aws.url}/unknown`)).status).toBe(404);
  });
});

test('a fault that counts down ends by itself, and one of another region does not touch this one', async () => {
  const world = aWorld({
    faults: [
      { operation: 'iam:GetRole', kind: 'deny', times: 1 },
      { operation: 'eks:ListAccessEntries', region: 'us-east-1', kind: 'deny' },
    ],
  });
  await withWorld(world, async ({ clients }) => {
    const get = new GetRoleCommand({ RoleName: 'checkout-cart' });
    await expect(clients.iam().send(get)).rejects.toThrow('is not authorized to perform: iam:GetRole');
    await expect(clients.iam().send(get)).resolves.toHaveProperty('Role');
    const list = new ListAccessEntriesCommand({ clusterName: 'shop' });
    await expect(clients.eks(region).send(list)).resolves.toHaveProperty('accessEntries');
  });
});
