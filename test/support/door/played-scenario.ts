/** A configuration deployed behind the door over a drawn world, and played: two full runs, a fast run from a queue, a summary, and
 *  the event of a run that failed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfiguration } from '../../../lib/config/configuration.ts';
import { apiEventOf } from '../../../sandbox/aws/api-event.ts';
import { startAws } from '../../../sandbox/aws/start-aws.ts';
import { type Deployed, deploy } from '../../../sandbox/door/deploy.ts';
import { networkOf } from '../../../sandbox/door/functions/network.ts';
import type { Controls, Law } from '../../../sandbox/door/judge.ts';
import type { Ended, TaskEvent } from '../../../sandbox/door/machines.ts';
import type { Document, Policies } from '../../../sandbox/door/policies.ts';
import { ofType } from '../../../sandbox/door/stack.ts';
import type { Recorded } from '../../../sandbox/door/start-door.ts';
import { type Synthesized, synthesize } from '../../../sandbox/door/synthesize.ts';
import { type Issuers, startIssuers } from '../../../sandbox/issuers/start-issuers.ts';
import { startClusters } from '../../../sandbox/kubernetes/start-clusters.ts';
import type { World, WorldIssuer } from '../../../sandbox/world/world.ts';
import { handlerBundles } from '../bundled.ts';
import { keyOfSecret } from './configurations.ts';
import { type DrawnPlace, drawnIssuers, drawnPlace, drawnWorld } from './drawn-world.ts';
import { startHooks } from './hooks.ts';
import type { Template } from './second-voice.ts';
import { callServices } from './service-calls.ts';

/** A deployment over its world. */
export interface DoorWorld extends Deployed {
  readonly template: Template;
  readonly world: World;
  readonly place: DrawnPlace;
}

/** A world at a place, and the issuers that it needs. */
export interface DoorScenario {
  readonly issuers: (place: DrawnPlace) => readonly WorldIssuer[];
  readonly world: (place: DrawnPlace, thumbprints: Issuers['thumbprints'], now: string) => World;
}

export interface DoorChoices {
  readonly seed?: number;
  readonly change?: (policies: Policies) => Policies;
  /** Another world than the drawn one, with its issuers. */
  readonly scenario?: DoorScenario;
  /** At the pace of the real services. */
  readonly isPaced?: boolean;
  readonly onTask?: (event: TaskEvent) => void;
  readonly controlsOf?: (place: DrawnPlace) => ReadonlyMap<string, Controls>;
  /** The policy of the key of the secret `plum/keyed`; the default one if absent. */
  readonly keyPolicy?: Document;
  /** Servers of more services, behind the door. */
  readonly backends?: Parameters<typeof deploy>[0]['backends'];
  /** A stack that was made elsewhere; the one of the configuration if absent. */
  readonly synthesized?: Synthesized;
  readonly fault?: NonNullable<Parameters<typeof deploy>[0]['machine']>['fault'];
}

/** Deploys a configuration for the time of a test's body. `own` stands in the configuration for what is drawn. */
export const behindDoor = async <T>(
  configurationOf: (place: DrawnPlace) => object,
  body: (world: DoorWorld) => Promise<T>,
  { seed = 1, scenario = { issuers: drawnIssuers, world: drawnWorld }, ...choices }: DoorChoices = {},
): Promise<T> => {
  const place = drawnPlace(seed);
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-door-'));
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const issuers = await startIssuers(scenario.issuers(place));
    stops.push(issuers.stop);
    const world = scenario.world(place, issuers.thumbprints, new Date().toISOString());
    const aws = await startAws(world);
    stops.push(aws.stop);
    const clusters = await startClusters(world, issuers.mintToken);
    stops.push(clusters.stop);
    const network = join(folder, 'network.json');
    writeFileSync(network, JSON.stringify(networkOf(issuers)));
    const configuration = parseConfiguration(JSON.stringify(configurationOf(place)), 'a scenario');
    const { region, partition, home, member, organizationId } = place;
    const synthesized =
      choices.synthesized ??
      (await synthesize(configuration, {
        ...{ directory: folder, bundles: await handlerBundles(), auditorAccountId: home },
        // The construct in an app of somebody else has the flags of that app.
        ...(seed % 2 === 0 ? {} : { context: {} }),
      }));
    const { fault, controlsOf, onTask, keyPolicy, backends, synthesized: _, ...rest } = choices;
    const controls = controlsOf?.(place);
    const extraCertificates = join(folder, 'hooks.pem');
    const hooks = await startHooks(extraCertificates);
    stops.push(hooks.stop);
    const deployed = await deploy({
      ...{ synthesized, name: configuration.name, place: { partition, region, accountId: home }, members: [member] },
      ...{ awsUrl: aws.url, network: { network, extraCertificates }, secrets: hooks.secrets, ...rest },
      secretKeys: { 'plum/keyed': { arn: keyOfSecret(place), policy: keyPolicy ?? defaultKeyPolicy(place) } },
      ...(controls === undefined ? {} : { controls }),
      ...(backends === undefined ? {} : { backends }),
      organization: { id: organizationId, managementAccountId: home },
      policyArn: id =>
        `arn:${partition}:organizations::${home}:policy/${organizationId}/${id === 'p-1234abcd' ? 'resource' : 'service'}_control_policy/${id}`,
      machine: { ...(fault === undefined ? {} : { fault }), ...(onTask === undefined ? {} : { onTask }) },
    });
    stops.push(deployed.stop);
    const template = JSON.parse(JSON.stringify(synthesized.template));
    return await body({ ...deployed, world, place, template });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
};

/** The policy of a key that nobody gave one (KMS Developer Guide, "Default key policy"). */
const defaultKeyPolicy = ({ partition, home }: DrawnPlace): Document => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: `arn:${partition}:iam::${home}:root` }, Action: 'kms:*', Resource: '*' },
  ],
});

/** The traces of a scenario. */
export interface Played {
  readonly ends: readonly Ended[];
  readonly recorded: readonly Recorded[];
  readonly refused: readonly string[];
  readonly faults: readonly string[];
  readonly law: Law;
  readonly world: DoorWorld;
}

/** Plays everything that the configuration deployed. */
export const play = async (deployed: DoorWorld): Promise<Played> => {
  const ends = [await fullRun(deployed)];
  const { name } = deployed.stack;
  const isThere = (ending: string): boolean => deployed.machines.some(({ arn }) => arn.endsWith(`${name}${ending}`));
  if (isThere('-fast-lane')) ends.push(await fastRun(deployed));
  changeWorld(deployed.world);
  ends.push(await twoAtOnce(deployed));
  if (isThere('-weekly-summary')) ends.push(await (await deployed.fire(`${name}-weekly-summary`)).ended);
  await failedRun(deployed);
  await callServices(deployed);
  await deployed.settled();
  const { door, law } = deployed;
  return { ends, recorded: door.recorded, refused: door.refused(), faults: door.faults, law, world: deployed };
};

/** A full run, to its end. */
export const fullRun = async (deployed: DoorWorld): Promise<Ended> => {
  const ended = await (await deployed.fire(deployed.stack.name)).ended;
  await deployed.settled();
  return ended;
};

/** A run during which another one begins, which is skipped. Answers the end of the first. */
const twoAtOnce = async (deployed: DoorWorld): Promise<Ended> => {
  const first = await deployed.fire(deployed.stack.name);
  const second = await deployed.fire(deployed.stack.name);
  const [ended] = await Promise.all([first.ended, second.ended]);
  await deployed.settled();
  return ended;
};

/** A finding ends, another begins, and an account is gone. */
export const changeWorld = ({ accounts, organization }: World): void => {
  if (organization !== undefined && accounts.length > 1)
    Object.assign(organization, { suspended: [accounts[1]?.accountId] });
  for (const { providers } of accounts) for (const provider of providers) provider.audiences = ['sts'];
};

/** A change of the own account, and one of the member, reach the bus, the queue, the function and the fast lane's own machine. */
const fastRun = async ({ world, place, emit, poll, machines, stack }: DoorWorld): Promise<Ended> => {
  const machine = machines.find(({ arn }) => arn.endsWith('-fast-lane'));
  const started = machine?.nextStarted();
  // Without a policy the bus takes what its own account sends alone.
  const sending = ofType(stack, 'AWS::Events::EventBusPolicy').length > 0 ? [place.home, place.member] : [place.home];
  for (const account of sending) await emit(changeEvent({ world, place }, account));
  await poll();
  if (started === undefined) throw new Error('no fast lane');
  return (await started).ended;
};

/** The event of a change of IAM by somebody of an account. */
export const changeEvent = ({ world, place: { region, word } }: Pick<DoorWorld, 'world' | 'place'>, home: string) => {
  const account = world.accounts.find(({ accountId }) => accountId === home);
  if (account === undefined) throw new Error(`no account ${home}`);
  const input = { RoleName: `${word}-open` };
  const callerArn = `arn:${account.partition}:iam::${home}:user/kim`;
  const event = apiEventOf(
    { world, account, callerArn, region, userAgent: 'aws-cli', input },
    { protocol: 'query', service: 'iam', operation: 'UpdateAssumeRolePolicy', region, input },
    '192.0.2.7',
  );
  return { ...event, detail: Object(event?.detail) };
};

/** A run that ended without a chance to write its record. */
const failedRun = async ({ putEvent, stack, machines }: DoorWorld): Promise<void> => {
  const arn = machines.find(each => each.arn.endsWith(`:${stack.name}`))?.arn ?? '';
  await putEvent({
    ...{ version: '0', source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change' },
    detail: {
      ...{ stateMachineArn: arn, name: 'a-failed-run', status: 'TIMED_OUT', input: '{}' },
      ...{ startDate: Date.now() - 1000, stopDate: Date.now(), error: null, cause: null },
    },
  });
};
