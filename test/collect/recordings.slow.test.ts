/**
 * Of each recorded answer of AWS, the reader that takes it, or why there is none. 169 were recorded; `test/fixtures/aws-answers.jsonl` has
 * the 120 that a reader takes, `../shared/recordings` all of them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EKSClient } from '@aws-sdk/client-eks';
import { GenerateServiceLastAccessedDetailsCommand, type IAMClient } from '@aws-sdk/client-iam';
import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import { describe, expect, test } from '@jest/globals';
import { readAddons } from '../../lib/collect/eks/read-addons.ts';
import { readClusters } from '../../lib/collect/eks/read-clusters.ts';
import { readQuotas } from '../../lib/collect/iam/read-quotas.ts';
import { readServiceUse } from '../../lib/collect/iam/read-service-use.ts';
import { organizationReader } from '../../lib/collect/targets/organization.ts';
import { complete } from '../../lib/model/collected.ts';
import { aRole } from '../support/example-world.ts';
import { needing } from '../support/needing.ts';
import {
  answering,
  type Json,
  type RecordedAnswer,
  recordedAnswers,
  recordedAnswersOf,
} from '../support/recorded-aws.ts';
import { virtualClock } from '../support/virtual-clock.ts';

/** How many answers of an operation are recorded, and the file of `lib/collect` that reads them. The tests of each are
 *  `recorded-answers`, `recorded-network` and, for those that are marked, this file. */
const taken: Readonly<Record<string, readonly [count: number, reader: string]>> = {
  'ec2.DescribeRouteTables': [8, 'ec2/read-network.ts'],
  'ec2.DescribeVpcEndpoints': [11, 'ec2/read-network.ts'],
  'eks.DescribeAddon': [2, 'eks/read-addons.ts'],
  'eks.DescribeCluster': [22, 'eks/read-clusters.ts'],
  'eks.ListAddons': [1, 'eks/read-addons.ts'],
  'eks.ListClusters': [11, 'eks/read-clusters.ts'],
  'iam.GetAccountSummary': [2, 'iam/read-quotas.ts'],
  'iam.GetOpenIDConnectProvider': [2, 'iam/read-providers.ts'],
  'iam.GetPolicyVersion': [2, 'iam/managed-policies.ts'],
  'iam.GetRole': [25, 'iam/iam-account-reader.ts'],
  'iam.GetServiceLastAccessedDetails': [2, 'iam/read-service-use.ts'],
  'iam.ListOpenIDConnectProviders': [1, 'iam/read-providers.ts'],
  'iam.ListRoles': [21, 'iam/read-roles.ts'],
  'organizations.DescribeOrganization': [3, 'targets/organization.ts'],
  'organizations.ListAccounts': [1, 'targets/organization-accounts.ts'],
  'sts.GetCallerIdentity': [6, 'targets/caller-identity.ts'],
};

/** Answers that no reader takes: nothing here asks for them. */
const notTaken: Readonly<Record<string, readonly [count: number, why: string]>> = {
  'ec2.DescribeRegions': [2, 'the regions of EKS come from a published list (ADR 4): no call, no permission'],
  'eks.DescribeClusterVersions': [2, 'the end of support of a version is not audited'],
  'eks.DescribeNodegroup': [4, 'the role of a node is read from its instances (EC2) and its instance profile'],
  'eks.ListNodegroups': [3, 'as above'],
  'eks.ListFargateProfiles': [2, 'pods on Fargate are known by their scheduler (fargate-scheduler)'],
  'iam.ListAttachedRolePolicies': [
    13,
    'GetAccountAuthorizationDetails has the policies of all roles, a page of 1,000 a call',
  ],
  'iam.ListRolePolicies': [3, 'as above'],
  'iam.ListInstanceProfiles': [20, 'GetAccountAuthorizationDetails has the instance profiles of a role'],
};

const countsOf = (answers: readonly Pick<RecordedAnswer, 'operation'>[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    [...Map.groupBy(answers, ({ operation }) => operation)].map(([name, { length }]) => [name, length]),
  );
const counted = (table: Readonly<Record<string, readonly [number, string]>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(table).map(([operation, [count]]) => [operation, count]));

const sources = readdirSync('lib/collect', { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('.ts'))
  .map(path => `lib/collect/${path}`);
/** The files that send the request of an operation; those of EC2 are named by a text. */
const askersOf = (operation: string): readonly string[] => {
  const [service, name = ''] = operation.split('.');
  const sent = service === 'ec2' ? new RegExp(`'${name}'`) : new RegExp(`new ${name}Command\\(`);
  return sources.filter(path => sent.test(readFileSync(path, 'utf8')));
};

describe('each recorded answer', () => {
  test('that a reader takes is kept with the tests', () => {
    expect(countsOf(recordedAnswers)).toEqual(counted(taken));
    expect(recordedAnswers).toHaveLength(120);
  });

  test('has the reader that asks for it, or none', () => {
    for (const [operation, [, reader]] of Object.entries(taken))
      expect([operation, askersOf(operation)]).toEqual([operation, expect.arrayContaining([`lib/collect/${reader}`])]);
    for (const operation of Object.keys(notTaken)) expect([operation, askersOf(operation)]).toEqual([operation, []]);
  });

  const shared = resolve(import.meta.dirname, '../../../shared/recordings/aws/answers.jsonl');
  needing('the recordings of AWS', existsSync(shared))('all 169 of them', () => {
    test('is in one of the two tables', () => {
      const lines = readFileSync(shared, 'utf8').trim().split('\n');
      const all: readonly RecordedAnswer[] = lines.map(line => JSON.parse(line));
      expect(all).toHaveLength(169);
      expect(countsOf(all)).toEqual({ ...counted(taken), ...counted(notTaken) });
      const [kept, left] = [taken, notTaken].map(table =>
        Object.values(counted(table)).reduce((sum, each) => sum + each),
      );
      expect([kept, left]).toEqual([120, 49]);
    });
  });
});

/** A client that gives each command the answer of its name. */
const answeringEach = <C>(answerOf: (name: string, input: Json) => Json | undefined): C =>
  ({
    send: async (command: { readonly input: Json; readonly constructor: { readonly name: string } }) => {
      const name = command.constructor.name.replace(/Command$/, '');
      const data = answerOf(name, command.input);
      if (data === undefined) throw new Error(`nothing is recorded of ${name}`);
      return answering<{ readonly send: () => Promise<unknown> }>(data).send();
    },
  }) as C;

describe('readers take', () => {
  const place = { accountId: '644160558196', region: 'us-east-1' };

  test('each list of clusters whole', async () => {
    const [described = {}] = recordedAnswersOf('eks.DescribeCluster');
    for (const list of recordedAnswersOf('eks.ListClusters')) {
      const eks = answeringEach<EKSClient>((name, { name: cluster }) => {
        if (name === 'ListClusters') return list;
        return { cluster: { ...(described.cluster as Json), name: cluster } };
      });
      const read = await readClusters(eks, place, 2);
      expect(read).toMatchObject({ status: 'complete' });
      expect(read.status === 'complete' && read.value.map(({ cluster }) => cluster.name)).toEqual(list.clusters);
    }
  });

  test('add-ons, each with its detail where its service account is documented', async () => {
    const [list = {}] = recordedAnswersOf('eks.ListAddons');
    const details = recordedAnswersOf('eks.DescribeAddon').map(({ addon }) => addon as Json);
    const eks = answeringEach<EKSClient>((name, { addonName }) =>
      name === 'ListAddons' ? list : { addon: details.find(each => each.addonName === addonName) },
    );
    expect(await readAddons(eks, 'serious-bluegrass-ladybug')).toEqual({
      status: 'complete',
      value: [
        {
          name: 'amazon-cloudwatch-observability',
          detail: expect.objectContaining({ status: 'ACTIVE', hasPodIdentity: true }),
        },
        { name: 'metrics-server' },
      ],
    });
  });

  test('the quota of trust policies', async () => {
    const summaries = recordedAnswersOf('iam.GetAccountSummary');
    for (const summary of summaries) {
      const read = await readQuotas({
        iam: () => answering<IAMClient>(summary),
        serviceQuotas: () => {
          throw new Error('not asked for');
        },
        partition: 'aws',
        providers: complete([]),
        roles: complete([aRole({ trustPolicy: 'x'.repeat(2_000) })]),
      });
      const { AssumeRolePolicySizeQuota: trustPolicyLength } = summary.SummaryMap as Json;
      expect(read).toEqual({ status: 'complete', value: { trustPolicyLength } });
    }
    expect(summaries).toHaveLength(2);
  });

  test('a report on services that is being made, and then the report', async () => {
    const trustPolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole'] }],
    });
    const detail = { lastUsedAt: '2019-03-12T00:00:00.000Z', attachedPolicyArns: [], isAdministrator: false, tags: {} };
    const role = aRole({ trustPolicy, createdAt: '2018-01-01T00:00:00.000Z', detail: complete(detail) });
    const reports = recordedAnswersOf('iam.GetServiceLastAccessedDetails');
    const statuses = reports.map(({ JobStatus }) => JobStatus);
    expect(statuses).toEqual(['IN_PROGRESS', 'COMPLETED']);
    const [, report = {}] = reports;
    const services = report.ServicesLastAccessed as readonly Json[];
    const left = [...reports];
    const iam = {
      send: async (command: object) =>
        command instanceof GenerateServiceLastAccessedDetailsCommand ? { JobId: 'job' } : left.shift(),
    } as unknown as IAMClient;
    const clock = virtualClock(Date.parse('2019-03-13T12:00:00.000Z'));
    const now = new Date(clock.now()).toISOString();
    const read = await clock.run(() => readServiceUse(iam, complete([role]), { now, days: 90, clock }));
    expect(read).toEqual({
      status: 'complete',
      value: {
        [role.arn]: complete({
          at: (report.JobCompletionDate as Date).toISOString(),
          services: services.length,
          unused: services
            .filter(({ LastAuthenticated }) => LastAuthenticated === undefined)
            .map(({ ServiceNamespace }) => String(ServiceNamespace))
            .sort(),
        }),
      },
    });
  });

  test('an organization, one that is refused, and an account of none', async () => {
    const read = (data: Json | undefined) =>
      organizationReader(answering<OrganizationsClient>(data ?? {}), { exclude: [], organizationalUnits: [] }).read([]);
    const of = (status: number) => recordedAnswersOf('organizations.DescribeOrganization', status)[0];
    expect(await read(of(200))).toEqual(complete({ id: 'o-vjtynx2e3h', accounts: [] }));
    expect(await read(of(403))).toMatchObject({ status: 'unavailable', reason: { kind: 'denied' } });
    expect(await read(of(404))).toMatchObject({
      status: 'unavailable',
      reason: { kind: expect.not.stringMatching('denied') },
    });
  });
});
