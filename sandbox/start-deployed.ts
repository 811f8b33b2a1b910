/**
 * Everything on one machine, as it is deployed: the bundled functions under AWS's runtime client, called by the synthesized state
 * machines, behind a door that refuses as AWS does (`sandbox/door`).
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choicesOf } from '../lib/audit/choices-of.ts';
import { documentKeys } from '../lib/audit/document-keys.ts';
import { findDocument } from '../lib/audit/documents.ts';
import { accountPartOf, runResultOf } from '../lib/audit/run-result.ts';
import { factsOfAll } from '../lib/audit/steps/facts-of.ts';
import { accountsOfRun } from '../lib/audit/steps/target-of.ts';
import { parseConfiguration } from '../lib/config/configuration.ts';
import type { Digest } from '../lib/history/transition.ts';
import { s3Client } from '../lib/store/clients.ts';
import { findingPrefix, watchedPrefix } from '../lib/store/keys.ts';
import { s3DocumentStore } from '../lib/store/s3-document-store.ts';
import { deploy } from './door/deploy.ts';
import { networkOf } from './door/functions/network.ts';
import type { Ended } from './door/machines.ts';
import { ofType } from './door/stack.ts';
import type { Recorded } from './door/start-door.ts';
import { bundleAll, synthesize } from './door/synthesize.ts';
import { eventsOfTasks } from './events-of-tasks.ts';
import type { SandboxRun, SentDigest } from './start-sandbox.ts';
import { configurationOf, type Scenario, startWorld } from './started-world.ts';
import type { ToldChanges } from './tell-changes.ts';
import { isSkipped, type WorkflowEvent } from './workflow/run-workflow.ts';

type Tell = (event: WorkflowEvent) => void;
const untold: Tell = () => undefined;

/** The people who read the digests. */
const reader = { to: 'email', addresses: ['platform@example.com'] };

/** Deploys the auditor over a scenario, and runs it. */
export const startDeployed = async (scenario: Scenario, { port }: { readonly port?: number } = {}) => {
  const organizationId = 'o-sandbox000';
  const folder = await mkdtemp(join(tmpdir(), 'irsa-auditor-sandbox-'));
  const [started, bundles] = await Promise.all([startWorld(scenario), bundleAll(join(folder, 'bundles'))]);
  const { world, issuers, aws, clusters, home, regions } = started;
  const [account] = world.accounts;
  const accountId = account?.accountId ?? '';
  const configuration = parseConfiguration(
    JSON.stringify({
      ...configurationOf(started),
      ...{ notifications: [reader], operations: reader, weeklySummary: { enabled: true } },
      fastLane: { enabled: true, organizationId },
    }),
    'the configuration of the sandbox',
  );
  const network = join(folder, 'network.json');
  await writeFile(network, JSON.stringify(networkOf(issuers)));
  let tell = untold;
  const { name } = configuration;
  const deployed = await deploy({
    synthesized: await synthesize(configuration, { directory: folder, bundles, auditorAccountId: accountId }),
    ...{ name, place: { partition: account?.partition ?? 'aws', region: home, accountId }, network: { network } },
    members: world.accounts.slice(1).map(member => member.accountId),
    awsUrl: aws.url,
    organization: { id: organizationId, managementAccountId: accountId },
    policyArn: id => `arn:aws:organizations::${accountId}:policy/${organizationId}/resource_control_policy/${id}`,
    machine: { onTask: eventsOfTasks(name, event => tell(event)) },
    ...(port === undefined ? {} : { port }),
  });
  const { door, stack, local, taken } = deployed;
  void deployed.warm();
  const [bucket = ''] = ofType(stack, 'AWS::S3::Bucket').map(({ arn }) => arn.replace(/^.*:/, ''));
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const s3 = s3Client({ region: home, endpoint: local.messagesUrl, credentials });
  const documents = s3DocumentStore({ client: s3, bucket });
  let digestsSoFar = 0;
  const newDigests = async (): Promise<readonly Digest[]> => {
    const digests: Digest[] = [];
    for (;;) {
      const found = await findDocument(documents, documentKeys('').handed(digestsSoFar + 1), isHanded);
      if (found === undefined) return digests;
      digestsSoFar += 1;
      digests.push(found.digest);
    }
  };
  /** Runs something, and answers what it left beside its end. */
  const watched = async (start: () => Promise<Ended>) => {
    const before = { messages: taken.messages.length, recorded: door.recorded.length, refused: door.refused().length };
    const ended = await start();
    await deployed.settled();
    const told = [...door.refused().slice(before.refused), ...door.faults];
    if (ended.status !== 'SUCCEEDED') {
      const how = 'error' in ended ? `failed: ${ended.error}: ${ended.cause}` : 'ran out of time';
      throw new Error([`the workflow ${how}`, ...told].join('\n'));
    }
    for (const sentence of told) process.stderr.write(`${sentence}\n`);
    return {
      output: ended.output,
      messages: sentDigests(taken.messages.slice(before.messages)),
      digests: await newDigests(),
      written: writtenOf(door.recorded.slice(before.recorded)),
    };
  };
  const audit = deployed.machineNamed(name);
  const fastLane = deployed.machineNamed(`${name}-fast-lane`);
  if (audit === undefined || fastLane === undefined) throw new Error('the template lacks a state machine');
  return {
    ...{ world, issuers, aws, clusters, configuration, regions, door },
    services: { s3, bucket },
    /** Runs the synthesized workflow once. Throws if it fails as a whole, or another run goes on. */
    run: async (runId: string, onEvent: Tell = untold): Promise<SandboxRun> => {
      tell = onEvent;
      const startedAt = new Date(deployed.clock.now()).toISOString();
      const { output, ...left } = await watched(() => audit.start(runId).ended);
      if (isSkipped(output)) throw new Error(output.skippedFor.because);
      const accounts = world.accounts.map(each => each.accountId).sort();
      const state = { runId, startedAt, accounts };
      const result = await runResultOf(documents, state);
      return { ...left, result, facts: await factsOfAll(documents, choicesOf(configuration), state) };
    },
    /** Hands what changed in the world since it was last told of to the bus, and waits for the fast run. */
    tellChanges: async (onEvent: Tell = untold): Promise<ToldChanges & Pick<SandboxRun, 'messages' | 'digests'>> => {
      tell = onEvent;
      const next = fastLane.nextStarted();
      for (const event of aws.takeEvents())
        if (!(await deployed.emit(event))) throw new Error(`nothing took the event ${JSON.stringify(event)}`);
      await deployed.poll();
      const execution = await next;
      const { messages, digests } = await watched(() => execution.ended);
      const accounts = await accountsOfRun(documents, execution.name);
      const parts = await Promise.all(accounts.map(each => accountPartOf(documents, execution.name, each)));
      return {
        ...{ runId: execution.name, messages, digests },
        transitions: parts.flatMap(({ transitions }) => transitions),
        factChanges: parts.flatMap(({ factChanges }) => factChanges),
      };
    },
    /** Sends the weekly summary, as its schedule does. */
    sendSummary: async (): Promise<Pick<SandboxRun, 'messages' | 'digests'>> =>
      watched(async () => (await deployed.fire(`${name}-weekly-summary`)).ended),
    stop: async (): Promise<void> => {
      s3.destroy();
      await Promise.all([deployed.stop(), started.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
};
export type DeployedSandbox = Awaited<ReturnType<typeof startDeployed>>;

const isHanded = (value: object): value is { readonly digest: Digest } => 'digest' in value && 'number' in value;

/** The digests that were published: of each the document, then the mail. */
const sentDigests = (published: readonly Readonly<Record<string, unknown>>[]): readonly SentDigest[] =>
  published.flatMap(({ Subject, Message }, at) =>
    Subject === undefined
      ? []
      : [{ subject: String(Subject), text: String(Message), document: String(published[at - 1]?.Message) }],
  );

/** Findings and watched facts among the items that were written. */
const writtenOf = (recorded: readonly Recorded[]): number =>
  recorded
    .flatMap(({ items = [] }) => items)
    .filter(key => key.startsWith(findingPrefix) || key.startsWith(watchedPrefix)).length;
