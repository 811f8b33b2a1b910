/**
 * The law of exit code 3: what an option asks for and AWS or the cluster refuses is a gap that names the permission. Each call that
 * an option makes is refused in turn.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { type SandboxAws, startAws } from '../../../sandbox/aws/start-aws.ts';
import { type Issuers, startIssuers } from '../../../sandbox/issuers/start-issuers.ts';
import { startClusters } from '../../../sandbox/kubernetes/start-clusters.ts';
import type { KubernetesWorld } from '../../../sandbox/world/kubernetes-world.ts';
import type { World } from '../../../sandbox/world/world.ts';
import { runCommand } from '../../support/captured-io.ts';
import { aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { exampleIssuer, someFacts } from '../../support/example-world.ts';
import { sandboxVariables } from '../../support/lead-to-sandbox.ts';
import { worldOfFacts } from '../../support/world-of-facts.ts';

const facts = someFacts({
  settings: { inCluster: true },
  clusters: complete([aReadCluster({ serviceAccounts: complete([aServiceAccount()]), pods: complete([aPod()]) })]),
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
  world = { ...made, awsPolicies: { [awsPolicy]: '{"Version":"2012-10-17","Statement":[]}' } };
  for (const role of world.accounts[0]?.roles ?? []) role.attachedPolicyArns = [awsPolicy];
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
/** The kinds of resource that the API of the sandbox does not have. */
const absent = new Set(['list securitygrouppolicies']);

const options: readonly (readonly string[])[] = [
  ['--in-cluster'],
  ['--in-cluster', '--network'],
  ['--in-cluster', '--rbac'],
  ['--network'],
  ['--rbac'],
  ['--no-in-cluster', '--role-details'],
  ['--no-in-cluster', '--role-permissions'],
  ['--no-in-cluster', '--unused-permissions'],
  ['--no-in-cluster', '--cloud-trail'],
  ['--no-in-cluster', '--control-policies'],
];

describe('each call that an option makes, refused', () => {
  let plain: ReadonlySet<string>;
  beforeAll(async () => {
    plain = (await scan([])).calls;
  }, 60_000);

  test.each(options.map(one => [one.join(' '), one] as const))(
    '%s: exit 3 and the permission by name',
    async (_, one) => {
      const whole = await scan(one);
      // The inside of clusters is tried without being asked for: that part has a promise of its own.
      const asked = one.includes('--in-cluster') ? [...whole.calls] : [...whole.calls].filter(call => !plain.has(call));
      const wanted = asked.filter(call => notNeeded[call] === undefined && !absent.has(call));
      expect(wanted.length).toBeGreaterThan(0);
      const silent: string[] = [];
      for (const call of wanted) {
        const { code, text } = await refusing(call, one);
        if (code !== 3 || !text.replaceAll(/\s+/g, ' ').includes(call)) silent.push(`${call}: exit ${code}`);
      }
      expect(silent).toEqual([]);
    },
    120_000,
  );

  test('of a plain scan of the account, too', async () => {
    const { calls } = await scan(['--no-in-cluster']);
    for (const call of [...calls].filter(one => notNeeded[one] === undefined)) {
      const { code, text } = await refusing(call, ['--no-in-cluster']);
      expect([call, code, text.includes(call)]).toEqual([call, 3, true]);
    }
  }, 60_000);
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
