/** The requests that the stores of documents and pages really send, judged by the policies of the synthesized template. The
 *  judge is @cloud-copilot/iam-simulate: nothing of the product names an object here. */
import { CreateBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { type FunctionName, functionNames } from '../../lib/audit/contract.ts';
import { s3Client } from '../../lib/store/clients.ts';
import { s3DocumentStore } from '../../lib/store/s3-document-store.ts';
import { s3PageStore } from '../../lib/store/s3-page-store.ts';
import { runEachStep } from '../support/each-step.ts';
import { accountId, iamOf } from '../support/iam-evaluator.ts';
import type { Iam } from '../support/stack-requests.ts';
import { auditorStack, everythingFast, templateOf } from '../support/synthesized.ts';

const bucket = 'documents';
let server: FauxqsServer;
const clients: S3Client[] = [];
/** A line for each request: step, action, resource. */
const requests = new Set<string>();

/** A client that notes what it sends, as S3 names it: the service authorization reference, "Actions, resources, and condition
 *  keys for Amazon S3". */
const notingClient = (step: FunctionName): S3Client => {
  const client = s3Client({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${server.port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  client.middlewareStack.add(
    next => async args => {
      const { method, path, query } = args.request as { method: string; path: string; query: Record<string, string> };
      const key = decodeURIComponent(path).slice(`/${bucket}`.length);
      if (key === '' || key === '/') {
        expect([method, query['list-type']]).toEqual(['GET', '2']);
        requests.add(`${step} s3:ListBucket arn:aws:s3:::${bucket}`);
      } else {
        expect(['GET', 'PUT']).toContain(method);
        requests.add(`${step} ${method === 'PUT' ? 's3:PutObject' : 's3:GetObject'} arn:aws:s3:::${bucket}${key}`);
      }
      return next(args);
    },
    { step: 'finalizeRequest', name: 'noteRequest' },
  );
  clients.push(client);
  return client;
};

let iam: Iam;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  iam = iamOf(templateOf(auditorStack(everythingFast)).Resources);
  const setUp = s3Client({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${server.port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  clients.push(setUp);
  await setUp.send(new CreateBucketCommand({ Bucket: bucket }));
  const ofStep = new Map(functionNames.map(step => [step, notingClient(step)]));
  await runEachStep((step, ports) => {
    const client = ofStep.get(step) ?? setUp;
    return {
      ...ports,
      documents: s3DocumentStore({ client, bucket }),
      pages: s3PageStore({ client, bucket, toolVersion: '0' }),
    };
  });
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await server.stop();
});

/** The statements of the role of a step, with the bucket's name in the place of its logical id. */
const statementsOf = (step: FunctionName): readonly Statement[] => {
  const [role = ''] =
    iam.ofType('AWS::IAM::Role').find(([, { Properties }]) => Properties.RoleName === `irsa-auditor-${step}`) ?? [];
  const [bucketId = ''] = iam.ofType('AWS::S3::Bucket')[0] ?? [];
  return JSON.parse(
    JSON.stringify(iam.identityStatements(role)).replaceAll(iam.arn(bucketId), `arn:aws:s3:::${bucket}`),
  );
};
type Statement = { readonly Action: readonly string[]; readonly Resource?: readonly string[] };

const resultOf = async (action: string, resource: string, Statement: readonly Statement[]): Promise<string> => {
  const answer = await runSimulation(
    {
      request: {
        action,
        principal: `arn:aws:iam::${accountId}:role/a-step`,
        resource: { resource, accountId },
        contextVariables: {},
      },
      identityPolicies: [{ name: 'own', policy: { Version: '2012-10-17', Statement } }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult;
};
const asked = (step: FunctionName) =>
  [...requests]
    .map(line => line.split(' '))
    .flatMap(([by, action = '', resource = '']) => (by === step ? [{ action, resource }] : []));

describe('the policies of the template allow each request of the bucket, and no other object', () => {
  test.each(functionNames)('%s', async step => {
    const statements = statementsOf(step);
    const made = asked(step);
    const refused: unknown[] = [];
    const tooMuch: unknown[] = [];
    for (const { action, resource } of made) {
      if ((await resultOf(action, resource, statements)) !== 'Allowed') refused.push([action, resource]);
      // A store that names its objects otherwise is refused: the policies hold the whole name.
      if (action !== 's3:ListBucket' && (await resultOf(action, `${resource}x`, statements)) === 'Allowed')
        tooMuch.push([action, resource]);
    }
    expect({ refused, tooMuch }).toEqual({ refused: [], tooMuch: [] });
    expect(made.length).toBeGreaterThan(0);
  });

  test('a page lies under its own key', () => {
    expect([...requests].filter(line => line.includes('.html'))).toEqual([
      `complete-run s3:PutObject arn:aws:s3:::${bucket}/runs/run-1/report.html`,
      `complete-run s3:PutObject arn:aws:s3:::${bucket}/runs/latest-report.html`,
      `complete-run s3:PutObject arn:aws:s3:::${bucket}/runs/run-2/report.html`,
    ]);
  });
});
