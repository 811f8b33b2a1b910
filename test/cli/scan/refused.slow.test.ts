/**
 * The law of exit code 3: what an option asks for and AWS or the cluster refuses is a gap that names the permission. The options are
 * those of the command, the keys those of the configuration's schema. Each call that one makes is refused in turn, and each
 * permission that the documentation asks for is among those calls.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { scanCommand } from '../../../lib/cli/commands/scan.ts';
import type { Io } from '../../../lib/cli/shell/io.ts';
import { configurationSchema } from '../../../lib/config/configuration.ts';
import { clusterRoleFor } from '../../../lib/fixes/rbac-documents.ts';
import { permissions } from '../../../lib/infra/permissions.ts';
import { complete } from '../../../lib/model/collected.ts';
import { type SandboxAws, startAws } from '../../../sandbox/aws/start-aws.ts';
import { type Issuers, startIssuers } from '../../../sandbox/issuers/start-issuers.ts';
import { startClusters } from '../../../sandbox/kubernetes/start-clusters.ts';
import type { KubernetesWorld } from '../../../sandbox/world/kubernetes-world.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { anAssociation } from '../../rules/pod-identity/example-association.ts';
import { runCommand } from '../../support/captured-io.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount, aWebhook } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import { sandboxVariables } from '../../support/lead-to-sandbox.ts';
import { worldOfFacts } from '../../support/world-of-facts.ts';

/** A pod that asks the agent of its node, and one of each controller that names roles. */
const asksAgent = aPod({
  ...{ name: 'by-association', node: 'node-1', volumes: [] },
  containers: [
    aContainer({
      awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
      irsaEnvironment: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' },
    }),
  ],
});
const controllers = ['external-secrets:1', 'provider-family-aws:1', 'keda:1'];
const served = { namespace: 'kube-system', name: 'pod-identity-webhook', ready: complete(1) };
const facts = someFacts({
  settings: { inCluster: true },
  roles: complete([aRole({ trustPolicy: `${aTrustPolicy()}${' '.repeat(2000)}` })]),
  clusters: complete([
    aReadCluster(
      {
        serviceAccounts: complete([aServiceAccount()]),
        pods: complete([aPod(), asksAgent]),
        webhook: complete(aWebhook({ url: undefined, service: served } as never)),
      },
      { podIdentity: complete([anAssociation()]), addons: complete([{ name: 'vpc-cni' }]) },
    ),
  ]),
});
const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
const awsPolicy = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-refused-'));
const before = { ...process.env };

/** EC2 of one node in a public subnet. `refused` is the call that is denied. */
const startEc2 = async () => {
  const called: string[] = [];
  const state = { refused: '' };
  const groupSet = '<groupSet><item><groupId>sg-1</groupId></item></groupSet>';
  const place = `<vpcId>vpc-1</vpcId><subnetId>subnet-1</subnetId><privateIpAddress>10.0.1.7</privateIpAddress>${groupSet}`;
  const options =
    '<metadataOptions><httpTokens>required</httpTokens><httpPutResponseHopLimit>1</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions>';
  const rule = '<item><ipProtocol>-1</ipProtocol><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges></item>';
  const answers: Readonly<Record<string, string>> = {
    DescribeInstances: `<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId>${place}<networkInterfaceSet/>${options}<tagSet/></item></instancesSet></item></reservationSet>`,
    DescribeRouteTables:
      '<routeTableSet><item><vpcId>vpc-1</vpcId><ownerId>111122223333</ownerId><associationSet><item><main>true</main></item></associationSet><routeSet><item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><natGatewayId>nat-1</natGatewayId><state>active</state></item></routeSet></item></routeTableSet>',
    DescribeVpcEndpoints: '<vpcEndpointSet/>',
    DescribeSecurityGroups: `<securityGroupInfo><item><groupId>sg-1</groupId><ipPermissions/><ipPermissionsEgress>${rule}</ipPermissionsEgress></item></securityGroupInfo>`,
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const action = new URLSearchParams(body).get('Action') ?? '';
    called.push(`ec2:${action}`);
    if (state.refused === `ec2:${action}`)
      return response
        .writeHead(403)
        .end(
          '<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>',
        );
    return response.end(`<${action}Response>${answers[action]}</${action}Response>`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    called,
    refuse: (call: string) => {
      state.refused = call;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

let issuers: Issuers;
let aws: SandboxAws;
let ec2: Awaited<ReturnType<typeof startEc2>>;
let clusters: Awaited<ReturnType<typeof startClusters>>;
let world: World;
let inside: KubernetesWorld;
let places: readonly string[];
beforeAll(async () => {
  issuers = await startIssuers([{ url: exampleIssuer, chain: 'public', discovery: 'valid' }]);
  const made = worldOfFacts(facts, issuers.thumbprints(exampleIssuer), issuers.caPem);
  const text = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}';
  const controlPolicy = { id: 'p-0123456789', name: 'own', content: text, targets: ['r-0123'] };
  world = {
    ...made,
    awsPolicies: { [awsPolicy]: text },
    organization: {
      ...{ rootId: 'r-0123', units: [], parents: {}, suspended: [] },
      ...{ controlPolicies: [controlPolicy], servicePolicies: [controlPolicy] },
    },
  };
  for (const cluster of world.accounts[0]?.clusters ?? [])
    cluster.accessEntries = [
      {
        ...{ principalArn: 'arn:aws:iam::111122223333:role/checkout-cart', kubernetesGroups: [], username: 'cart' },
        ...{ type: 'STANDARD', policies: [] },
      },
    ];
  for (const role of world.accounts[0]?.roles ?? []) {
    role.attachedPolicyArns = [awsPolicy];
    // Actions are asked for of a role that was used in the last 90 days.
    role.lastUsedAt = new Date().toISOString();
  }
  inside = world.kubernetes.get(clusterArn) as KubernetesWorld;
  // cert-manager runs here, so that its issuers are read.
  inside.pods.push({
    metadata: { namespace: 'kube-system', name: 'cert-manager-0', creationTimestamp: '2026-01-10T10:00:00Z' },
    spec: {
      serviceAccountName: 'default',
      containers: [{ name: 'c', image: 'c:1', args: ['--acme-http01-solver-image=x'] }],
    },
    status: { phase: 'Running' },
  });
  for (const image of controllers)
    inside.pods.push({
      metadata: { namespace: 'tools', name: image.split(':')[0], creationTimestamp: '2026-01-10T10:00:00Z' },
      spec: { serviceAccountName: 'default', containers: [{ name: 'c', image }] },
      status: { phase: 'Running' },
    });
  aws = await startAws(world);
  ec2 = await startEc2();
  clusters = await startClusters(world, issuers.mintToken);
  writeFileSync(join(folder, 'roots.pem'), issuers.caPem);
  places = ['--ca-file', 'roots.pem', ...issuers.connectTo.flatMap(text => ['--connect-to', text])];
  Object.assign(process.env, {
    ...sandboxVariables(aws.url, facts.snapshot.accountId, folder),
    ...{ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_EC2: ec2.url },
  });
}, 60_000);
afterAll(async () => {
  process.env = before;
  ec2?.stop();
  await Promise.all([aws?.stop(), issuers?.stop(), clusters?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** A request to the cluster in the words of RBAC. */
const inWords = ({ method, path }: { readonly method: string; readonly path: string }): string => {
  const parts = path.split('/').filter(part => part !== '');
  if (method !== 'GET' || !['api', 'apis'].includes(parts[0] ?? '')) return `get ${path}`;
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
  const [resource, name] = rest[0] === 'namespaces' && rest.length > 2 ? rest.slice(2) : rest;
  return name === undefined ? `list ${resource}` : `get ${resource}`;
};
const requests = () => [...clusters.running.values()].flatMap(api => api.requests());

const scan = async (options: readonly string[]) => {
  const [calls, asked] = [aws.calls(), requests().length];
  ec2.called.length = 0;
  const env = { ...process.env, HOME: folder, KUBECONFIG: join(folder, 'none') } as Record<string, string>;
  const { stdout, stderr, code } = await runCommand(['scan', ...options, ...places], { cwd: folder, env });
  const ofAws = Object.entries(aws.calls()).flatMap(([name, count]) => (count === (calls[name] ?? 0) ? [] : [name]));
  const ofCluster = requests().slice(asked).map(inWords);
  return { text: `${stdout}\n${stderr}`, code, calls: new Set([...ofAws, ...ec2.called, ...ofCluster]) };
};

/** The scan where one call is refused. */
const refusing = async (call: string, options: readonly string[]) => {
  world.faults.push({ operation: call, kind: 'deny' });
  ec2.refuse(call);
  inside.faults = [{ call, kind: 'deny' }];
  try {
    return await scan(options);
  } finally {
    world.faults.length = 0;
    ec2.refuse('');
    inside.faults = [];
  }
};

/** Calls that are refused without a gap, each with the reason. */
const notNeeded: Readonly<Record<string, string>> = {
  'sts:GetCallerIdentity': 'needs no permission (IAM User Guide); without it there is no audit',
  'get /.well-known/openid-configuration': 'eks:DescribeCluster tells the issuer',
};
/** Permissions for calls that this world does not make, each with the reason or the test that refuses it. */
const elsewhere: Readonly<Record<string, string>> = {
  'iam:ListAccountAliases': 'the alias is a name to show, and decides nothing',
  'servicequotas:GetServiceQuota': 'of an account with a hundred providers: test/collect/iam/read-quotas',
  'eks:ListCertificateAuthorities': 'of a cluster with two authorities: test/collect/eks/authorities',
  'eks:DescribeCertificateAuthority': 'the same',
  'organizations:ListParents': 'of a member account: test/cli/scan-control-policies',
  'organizations:ListPoliciesForTarget': 'the same',
};

/** The choices that ask for more than a plain scan: every option without a value (but `--cluster-only`, which reads less), and every key that is true or false, in a file of its own. */
const flags = scanCommand({ env: {} } as Io).options.flatMap(({ long, required, optional }) =>
  required || optional || long === undefined || /in-cluster$|^--cluster-only$/.test(long) ? [] : [long],
);
const booleansIn = (schema: JsonSchema, path: readonly string[] = []): readonly (readonly string[])[] => [
  ...(schema.type === 'boolean' ? [path] : []),
  ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => booleansIn(one, [...path, name])),
];
interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}
const keys = booleansIn(z.toJSONSchema(configurationSchema, { io: 'input' }) as JsonSchema);
const fileOf = (path: readonly string[]): string => `${path.join('.')}.json`;
const more: readonly (readonly string[])[] = [
  ...flags.map(flag => [flag]),
  ...keys.map(path => ['--config', fileOf(path)]),
];
const bases = [['--no-in-cluster'], ['--in-cluster'], []] as const;

/** The permissions that the documentation names, beside those of a deployment. */
const documented = (): readonly string[] => {
  const ofAccount = Object.values(permissions).flatMap(all => all.filter(({ reads }) => reads !== undefined));
  const ofOrganization = permissions['list-targets'].filter(
    ({ when }) => when?.endsWith('-policies') || when?.endsWith('-controls'),
  );
  const named = [...ofAccount, ...ofOrganization].flatMap(({ actions }) => actions);
  const ofNetwork = readFileSync('docs/permissions.md', 'utf8').match(/\bec2:Describe[A-Z]\w+/g) ?? [];
  const rbac = clusterRoleFor({ network: true, rbac: true }).rules.flatMap(
    ({ resources = [], nonResourceURLs = [], verbs }) =>
      verbs.flatMap(verb => [...resources, ...nonResourceURLs].map(what => `${verb} ${what}`)),
  );
  return [...new Set([...named, ...ofNetwork, ...rbac])];
};
describe('each call that an option or a key makes, refused', () => {
  const met = new Set<string>();
  const plain = new Map<string, ReadonlySet<string>>();
  beforeAll(async () => {
    for (const path of keys)
      writeFileSync(
        join(folder, fileOf(path)),
        JSON.stringify(path.reduceRight<unknown>((value, name) => ({ [name]: value }), true)),
      );
    for (const base of bases) {
      const { calls, code, text } = await scan(base);
      // Else exit code 3 would say nothing of what is refused.
      if (code === 3) throw new Error(`something of this world cannot be read: ${text}`);
      plain.set(base.join(), calls);
    }
  }, 60_000);
  /** The calls of those that are refused without exit code 3 and their name. */
  const silentOf = async (calls: Iterable<string>, options: readonly string[]): Promise<readonly string[]> => {
    const silent: string[] = [];
    for (const call of calls) {
      met.add(call);
      if (notNeeded[call] !== undefined) continue;
      const { code, text } = await refusing(call, options);
      if (code !== 3 || !text.replaceAll(/\s+/g, ' ').includes(call)) silent.push(`${call}: exit ${code}`);
    }
    return silent;
  };

  test.each([['--no-in-cluster'], ['--in-cluster']])(
    '%s',
    async base => {
      expect(await silentOf(plain.get(base) ?? [], [base])).toEqual([]);
    },
    60_000,
  );

  test.each(more.map(one => [one.join(' '), one] as const))(
    '%s',
    async (_, asked) => {
      for (const base of bases) {
        const options = [...base, ...asked];
        const { calls, code } = await scan(options);
        expect([options, [2, 3].includes(code)]).toEqual([options, false]);
        const added = [...calls].filter(call => !plain.get(base.join())?.has(call));
        expect([options, await silentOf(added, options)]).toEqual([options, []]);
      }
    },
    120_000,
  );

  test('are all that the documentation asks for', () => {
    expect(
      documented()
        .filter(name => !met.has(name) && elsewhere[name] === undefined)
        .sort(),
    ).toEqual([]);
  });
});

test('a cluster that is not reached is a gap where an option asks for its inside', async () => {
  inside.faults = [{ call: 'get /version', kind: 'cut' }];
  try {
    for (const option of ['--network', '--rbac']) expect([option, (await scan([option])).code]).toEqual([option, 3]);
    expect((await scan([])).code).not.toBe(3);
  } finally {
    inside.faults = [];
  }
}, 60_000);
