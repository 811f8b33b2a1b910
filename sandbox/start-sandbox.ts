import { choicesOf } from '../lib/audit/choices-of.ts';
import { executionEnded, parseEvent } from '../lib/audit/events.ts';
import type { AuditPorts, FindingStore, Notifier } from '../lib/audit/ports.ts';
import { type RunResult, runResultOf } from '../lib/audit/run-result.ts';
import { factsOfAll } from '../lib/audit/steps/facts-of.ts';
import { recordFailure } from '../lib/audit/steps/record-failure.ts';
import { sendSummary } from '../lib/audit/steps/send-summary.ts';
import { toolVersion } from '../lib/cli/shell/tool-version.ts';
import { awsAccountReader } from '../lib/collect/aws-account-reader.ts';
import { awsClients } from '../lib/collect/clients.ts';
import { parseConnectTo } from '../lib/collect/issuer/connect-to.ts';
import { createIssuerReader } from '../lib/collect/issuer/tls-issuer-reader.ts';
import { eksClusterReader } from '../lib/collect/kubernetes/eks-cluster-reader.ts';
import { awsTargetSource } from '../lib/collect/targets/aws-target-source.ts';
import { organizationsControlPolicyReader } from '../lib/collect/targets/control-policies.ts';
import { organizationReader } from '../lib/collect/targets/organization.ts';
import { accountChoices } from '../lib/config/choices-read.ts';
import { parseConfiguration } from '../lib/config/configuration.ts';
import type { Facts } from '../lib/facts.ts';
import type { Digest } from '../lib/history/transition.ts';
import { snsMessages, snsNotifier } from '../lib/notify/sns-notifier.ts';
import { sqsDeadLetters } from '../lib/notify/sqs-dead-letters.ts';
import { dynamodbFindingStore } from '../lib/store/dynamodb-finding-store.ts';
import { s3DocumentStore } from '../lib/store/s3-document-store.ts';
import { s3PageStore } from '../lib/store/s3-page-store.ts';
import { given } from '../lib/text.ts';
import { sandboxCredentials } from './aws/credentials.ts';
import { startLocalServices } from './local-services.ts';
import { configurationOf, type Scenario, startWorld } from './started-world.ts';
import { stepHandlers } from './step-handlers.ts';
import { type ToldChanges, tellChanges } from './tell-changes.ts';
import { type Execution, isSkipped, runWorkflow, type WorkflowEvent } from './workflow/run-workflow.ts';
import { stepFaultsOf } from './workflow/step-faults.ts';
import { synthesizedDefinitions } from './workflow/synthesized-definition.ts';

/** A digest as the topic got it: the mail, and the document for machines. */
export interface SentDigest {
  readonly subject: string;
  readonly text: string;
  readonly document: string;
}

/** One finished run of the workflow. */
export interface SandboxRun {
  readonly result: RunResult;
  /** Messages that were published, as subscribers of each protocol get them. */
  readonly messages: readonly SentDigest[];
  /** The digests that the messages were made from. */
  readonly digests: readonly Digest[];
  /** Findings and watched facts that were written to the table. */
  readonly written: number;
  /** The snapshots, for the graph and the health map. */
  readonly facts: readonly Facts[];
}

/** `requestTimeout` is that of one AWS call in milliseconds. */
export interface SandboxOptions {
  readonly port?: number;
  readonly requestTimeout?: number;
}

/** Everything on one machine, and the audit over it: the same adapters and steps as when deployed, over HTTP. */
export const startSandbox = async (scenario: Scenario, options: SandboxOptions = {}) => {
  const started = await startWorld(scenario, options);
  const { issuers, world, aws, clusters, home } = started;
  const services = await startLocalServices(home);
  const configuration = parseConfiguration(
    JSON.stringify({ ...configurationOf(started), fastLane: { enabled: true, organizationId: 'o-sandbox000' } }),
    'the configuration of the sandbox',
  );
  const definitions = await synthesizedDefinitions(configuration);
  const clients = awsClients({
    region: home,
    endpoint: aws.url,
    credentials: sandboxCredentials(world.accounts[0]?.accountId ?? ''),
    ...given({ requestTimeout: options.requestTimeout }),
  });
  const connectTo = issuers.connectTo.flatMap(text => {
    const parsed = parseConnectTo(text);
    return parsed.ok ? [parsed.override] : [];
  });
  const sent: SentDigest[] = [];
  const digests: Digest[] = [];
  let written = 0;
  const findings = counted(
    dynamodbFindingStore({
      client: services.dynamodb,
      tableName: 'irsa-auditor-findings',
      retention: configuration.retention,
    }),
    count => {
      written += count;
    },
  );
  const ports: AuditPorts = {
    targets: awsTargetSource(clients, configuration.accounts, {
      regions: scenario.regions,
      memberRole: configuration.memberRole,
    }),
    ...(configuration.resourceControlPolicies
      ? {
          controlPolicies: organizationsControlPolicyReader(clients.organizations(), false, {
            services: configuration.rolePermissions,
          }),
        }
      : {}),
    ...(configuration.accounts.from === 'organization'
      ? { organization: organizationReader(clients.organizations(), configuration.accounts) }
      : {}),
    accounts: awsAccountReader(clients, {
      ...accountChoices(configuration),
      // The sandbox shows a change at once and limits no calls: there is nothing to wait for.
      clock: { now: Date.now, sleep: () => Promise.resolve() },
    }),
    ...(configuration.inCluster.enabled
      ? { clusters: eksClusterReader({ clients, now: Date.now, rbac: configuration.rbac }) }
      : {}),
    issuers: createIssuerReader({ connectTo, publicRoots: [issuers.caPem], calls: clients.calls }),
    documents: s3DocumentStore({ client: services.s3, bucket: services.bucket }),
    findings,
    notifiers: [recorded(snsNotifier({ client: services.sns, topicArn: services.topicArn }), sent, digests)],
    deadLetters: sqsDeadLetters({ client: services.sqs, queueUrl: services.undeliveredUrl }),
    calls: clients.calls,
    pages: s3PageStore({ client: services.s3, bucket: services.bucket, toolVersion }),
    now: () => new Date().toISOString(),
  };
  const choices = choicesOf(configuration);

  return {
    world,
    issuers,
    aws,
    services,
    clusters,
    configuration,
    regions: scenario.regions,
    /** All messages so far, those of failed runs among them. */
    sent: sent as readonly SentDigest[],
    /** Runs the synthesized workflow once. Throws if it fails as a whole, or another run goes on. `retryInterval` is in milliseconds. */
    run: async (
      runId: string,
      onEvent: (event: WorkflowEvent) => void = () => undefined,
      retryInterval?: number,
    ): Promise<SandboxRun> => {
      const startedAt = new Date().toISOString();
      const before = { sent: sent.length, written };
      const execution = await runWorkflow(definitions.audit, {
        steps: stepHandlers(ports, choices),
        runId,
        startedAt,
        onEvent,
        faults: stepFaultsOf(world.faults),
        ...given({ retryInterval }),
      });
      if (execution.status === 'failed') {
        await recordFailure(ports, parseEvent(executionEnded, 'complete-run', endedEvent(runId, startedAt, execution)));
        throw new Error(`the workflow failed: ${execution.error}: ${execution.cause}`);
      }
      if (isSkipped(execution.output)) throw new Error(execution.output.skippedFor.because);
      const messages = sent.slice(before.sent);
      await services.awaitDelivered(sent.length);
      const accounts = world.accounts.map(account => account.accountId).sort();
      const result = await runResultOf(ports.documents, { runId, startedAt, accounts });
      const facts = await factsOfAll(ports.documents, choices, { runId, startedAt, accounts });
      return { result, messages, digests: digests.slice(before.sent), written: written - before.written, facts };
    },
    /** Tells of what was changed in the world since it was last told of, by a run of the fast lane. */
    tellChanges: async (
      onEvent: (event: WorkflowEvent) => void = () => undefined,
    ): Promise<ToldChanges & Pick<SandboxRun, 'messages' | 'digests'>> => {
      if (definitions.fastLane === undefined) throw new Error('the configuration has no fast lane');
      const before = sent.length;
      const told = await tellChanges(ports, choices, definitions.fastLane, aws.takeEvents(), onEvent);
      await services.awaitDelivered(sent.length);
      return { ...told, messages: sent.slice(before), digests: digests.slice(before) };
    },
    /** Sends the weekly summary, as its schedule does. */
    sendSummary: async (runId: string): Promise<Pick<SandboxRun, 'messages' | 'digests'>> => {
      const before = sent.length;
      await sendSummary({ ...ports, findings }, choices, {
        runId,
        startedAt: ports.now(),
        accounts: [],
        summary: true,
      });
      await services.awaitDelivered(sent.length);
      return { messages: sent.slice(before), digests: digests.slice(before) };
    },
    stop: async (): Promise<void> => {
      clients.close();
      await Promise.all([started.stop(), services.stop()]);
    },
  };
};
export type Sandbox = Awaited<ReturnType<typeof startSandbox>>;

/** The event that Step Functions puts on the bus when an execution fails. */
const endedEvent = (name: string, startedAt: string, { error, cause }: Execution & { readonly status: 'failed' }) => ({
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: { name, status: 'FAILED', startDate: Date.parse(startedAt), stopDate: Date.now(), error, cause },
});

const counted = <S extends FindingStore>(store: S, count: (written: number) => void): S => ({
  ...store,
  apply: async (change, now) => {
    const result = await store.apply(change, now);
    count(result.written);
    return result;
  },
});

const recorded = (notifier: Notifier, sent: SentDigest[], digests: Digest[]): Notifier => ({
  name: notifier.name,
  send: async digest => {
    const outcome = await notifier.send(digest);
    const { document, text } = snsMessages(digest);
    sent.push({ subject: text.Subject ?? '', text: text.Message, document: document.Message });
    digests.push(digest);
    return outcome;
  },
});
