import { Command, Option } from 'commander';
import { awsClients } from '../../collect/clients.ts';
import { readLastUse } from '../../collect/iam/read-last-use.ts';
import { readEndpoint } from '../../collect/kubernetes/kubeconfig-cluster-reader.ts';
import {
  type ApiLimits,
  type ClusterEndpoint,
  defaultLimits,
  kubernetesApi,
} from '../../collect/kubernetes/kubernetes-api.ts';
import { readWorkloads } from '../../collect/kubernetes/read-workloads.ts';
import { parseConfiguration } from '../../config/configuration.ts';
import { explainMessage, type MessageExplanation } from '../../explain/explain-message.ts';
import { renderMessage } from '../../explain/render-explanation.ts';
import { associationOf, clustersOf, type Facts, hasPodIdentityAlone, serviceAccountNamed } from '../../facts.ts';
import type { CommandOptions } from '../../fixes/command.ts';
import { type Cluster, type Collected, type KubernetesFacts, roleArnKey, unknownRegion, valueOr } from '../../model.ts';
import { fixFor } from '../../plan/chosen-fix.ts';
import { given, visible } from '../../text.ts';
import { renderWhy } from '../../why/render-why.ts';
import { failedStep, type WhyChain, whyChain, withLiveSteps } from '../../why/why-chain.ts';
import type { WhyCause } from '../../why/why-reading.ts';
import { findTarget, type WhyTarget } from '../../why/why-subject.ts';
import { commandOptions } from '../kubeconfig/command-options.ts';
import type { KubeconfigContext } from '../kubeconfig/kubeconfig.ts';
import { contextNamed } from '../kubeconfig/kubeconfig-files.ts';
import { type IssuerAccessOptions, issuerAccess } from '../scan/audit-session.ts';
import { named } from '../scan/cluster-access.ts';
import { maxInput, readStdin } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { programName } from '../shell/program-name.ts';
import { progress } from '../shell/progress.ts';
import { marks, styleOf } from '../shell/style.ts';
import { type ReadParts, readFacts } from '../why/read-facts.ts';
import { liveChain, regionOf, targetIn, whyTargetOf, wordOf } from '../why/target.ts';
import { type TextInChain, withText } from '../why/text-link.ts';
import { refuseUnknown } from '../why/unknown-target.ts';
import { withIssuerAccess } from './scan.ts';

interface Options extends IssuerAccessOptions {
  readonly namespace?: string;
  readonly text?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly issuer?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly prove?: boolean;
  readonly cloudTrail?: boolean;
  readonly controlPolicies?: boolean;
  readonly format: 'table' | 'json';
  readonly color: boolean;
}

const helpOf = (program: string): string => `
Examples:
  $ ${program} why pod/cart-7d9 -n orders
  $ ${program} why deploy/cart -n orders --prove   with a real call to STS
  $ ${program} why sa/cart -n orders --context prod
  $ kubectl logs cart -n orders | ${program} why pod/cart -n orders --text -

It reads the cluster through your kubeconfig, and IAM and EKS with your AWS
credentials where there are any. It changes nothing. --prove needs "create
serviceaccounts/token" in the cluster and asks STS for the shortest session;
CloudTrail shows the call as irsa-auditor-prove. A question mark is a step
that could not be read, with the reason.

Exit codes: 0 nothing is wrong, 1 a cause was found, 2 usage or an unknown name,
3 not decided: a step could not be read.`;

/** `irsa-auditor why`: why one pod does not get its role, step by step from the pod to AWS. */
export const whyCommand = (io: Io): Command =>
  withIssuerAccess(
    new Command('why')
      .argument(
        '[target...]',
        'pod/NAME, deployment/NAME, serviceaccount/NAME, sa/NAMESPACE/NAME (also statefulset, daemonset, job, cronjob); of a whole namespace: scan -n NAME',
      )
      .option('-n, --namespace <name>', 'its namespace (default: of the context)')
      .option('--text <text>', 'an error that it printed, as one more link (- for stdin); alone, the pod that it names')
      .option('--kubeconfig <file>', 'kubeconfig (default: KUBECONFIG, ~/.kube/config)')
      .option('--context <name>', 'its context (default: the current one)')
      .option('--issuer <url>', 'the issuer, where neither EKS nor the cluster tells it')
      .option('--region <region>', 'region of the cluster (default: of the context, of your profile)')
      .option('--profile <name>', 'profile of your AWS configuration')
      .option('--prove', 'ask the cluster for a token and STS for credentials too; they are discarded')
      .option('--cloud-trail', 'read the last call from CloudTrail too (cloudtrail:LookupEvents)')
      .option('--control-policies', 'read resource control policies too (organizations:ListPolicies)')
      .addOption(new Option('-o, --format <format>', 'how to write it').choices(['table', 'json']).default('table')),
  )
    .option('--no-color', 'no colour, as with NO_COLOR')
    .addHelpText('after', helpOf(programName(io)))
    .action((what: readonly string[], options: Options) => why(what, options, io));

const why = async (what: readonly string[], options: Options, io: Io): Promise<void> => {
  const given = options.text === '-' ? await readStdin(io, 'why', maxInput) : options.text;
  // A name has no white space, and a text that is pasted has.
  const isText = given === undefined && what.length === 1 && /\s/.test(what[0] ?? '');
  const asked = isText ? { words: [], text: what[0] } : { words: what, text: given };
  if (asked.text === undefined && what.length === 0)
    throw new UsageError(
      `why: got no target, wanted pod/NAME, deployment/NAME or serviceaccount/NAME, or a text; of a whole namespace: scan -n NAME; see ${programName(io)} why --help`,
    );
  if (asked.words.length > 0) whyTargetOf(asked.words, '');
  const context = await contextNamed(options.kubeconfig, options.context, io);
  const { output, exitCode } = await whyAnswer(asked, context, options, io);
  io.stdout.write(output);
  io.exit(exitCode);
};

/** The question: the words that name a target, a text that it printed, or both. `limits`: of reading the cluster. */
interface Asked {
  readonly words: readonly string[];
  readonly text?: string | undefined;
  readonly limits?: ApiLimits;
}

/** The answer for a terminal, or as JSON, and its exit code. Throws `UsageError` for a target that the cluster does not have, and where a text
 *  names none. */
export const whyAnswer = async (
  { words, text: pasted, limits }: Asked,
  context: KubeconfigContext,
  options: Options,
  io: Io,
): Promise<{ readonly output: string; readonly exitCode: 0 | 1 | 3 }> => {
  const explanation = pasted === undefined ? undefined : explainMessage(pasted);
  const usual = options.namespace ?? context.namespace ?? 'default';
  const asked = words.length > 0 ? whyTargetOf(words, usual) : undefined;
  if (asked !== undefined && (options.namespace ?? asked.namespace) !== asked.namespace)
    throw new UsageError(
      visible(
        `why: ${words.join(' ')} is in namespace ${asked.namespace}, and -n ${options.namespace}; give one of the two`,
      ),
    );
  const { endpoint } = await named(context, io);
  const { tell, done } = progress(io);
  try {
    tell({ kind: 'step-started', step: 'collect-cluster' });
    const namespace = asked?.namespace ?? explanation?.facts.namespace ?? usual;
    const inside = await readEndpoint(endpoint, { issuerKnown: false, namespace, limits });
    const target = asked ?? targetIn(explanation?.facts, inside, usual, context.name);
    const kubernetes = await withWorkloads(target, inside, endpoint);
    await refuseUnknown(target, kubernetes, endpoint, context.name, options.context === undefined);
    tell({ kind: 'step-started', step: 'collect-account' });
    const region = await regionOf(options, context, options.issuer ?? issuerOf(kubernetes));
    const clients = awsClients({ region, ...given({ profile: options.profile }) });
    const parts = { context, endpoint, kubernetes, clients, region, issuer: options.issuer, now: io.now() };
    const { chain: read, cluster, facts } = await ask(target, parts, options, io).finally(() => clients.close());
    const place = { namespace: target.namespace, cluster: cluster.name };
    const told = explanation && withText(read, explanation, facts, place);
    const commands = (await commandOptions({ ...options, context: [context.name] }, io, 'now')).options;
    const chain = chainFor(told?.chain ?? read, commands);
    const lines = text(chain, target, cluster, io, options);
    const causes = explanation && told && isOpen(chain) ? `\n${causesText(explanation, told, io)}` : '';
    return {
      output: options.format === 'json' ? json(chain, target, cluster) : `${lines}${causes}`,
      exitCode: chain.verdict === 'cause' ? 1 : chain.verdict === 'fine' ? 0 : 3,
    };
  } finally {
    done();
  }
};

/** True where the text has several causes, and the state decides for none of them. */
const isOpen = ({ steps }: WhyChain): boolean =>
  steps.some(({ step, result }) => step === 'text' && result === 'unread');

const causesText = (explanation: MessageExplanation, { here: { decided } }: TextInChain, io: Io): string =>
  renderMessage(explanation, { style: styleOf(io), decided });

/** The chain with its commands as this person runs them. */
const chainFor = (chain: WhyChain, options: CommandOptions): WhyChain => {
  const withFix = <C extends WhyCause>(cause: C): C => ({ ...cause, fix: fixFor(cause.fix, options) });
  const { cause, steps, also: all, suspect } = chain;
  const also = all.map(withFix);
  return {
    ...chain,
    steps: steps.map(step => (step.cause === undefined ? step : { ...step, cause: withFix(step.cause) })),
    also,
    ...(suspect === undefined ? {} : { suspect: also[all.indexOf(suspect)] }),
    ...(cause === undefined ? {} : { cause: withFix(cause) }),
  };
};

const issuerOf = (kubernetes: Collected<KubernetesFacts>): string | undefined =>
  kubernetes.status !== 'unavailable' && kubernetes.value.issuer.status === 'complete'
    ? kubernetes.value.issuer.value
    : undefined;

type Parts = Omit<ReadParts, 'issuerAccess' | 'cloudTrail'>;

/** Reads what is missing, and judges the chain. */
const ask = async (target: WhyTarget, parts: Parts, options: Options, io: Io) => {
  const { facts, cluster } = await readFacts({
    ...parts,
    ...(options.cloudTrail ? { cloudTrail: parseConfiguration('{}', 'the default configuration').cloudTrail } : {}),
    controlPolicies: options.controlPolicies,
    issuerAccess: await issuerAccess(options, io, []),
  });
  const lastUse = await lastUseOf(target, parts, facts, cluster.arn);
  const chain = whyChain({ target, clusterArn: cluster.arn, facts, ...given({ lastUse }) });
  return { cluster, facts, chain: options.prove ? await proven(chain, target, parts) : chain };
};

/** When the role of the pods was last used, that of an association or of the annotation, where it is of the account that was
 *  read. Optional: a refusal hides nothing. */
const lastUseOf = async (
  target: WhyTarget,
  { clients, kubernetes }: Parts,
  { snapshot }: Facts,
  clusterArn: string,
) => {
  if (kubernetes.status === 'unavailable') return undefined;
  const found = findTarget(target, kubernetes.value);
  if (found.status !== 'found') return undefined;
  const account = serviceAccountNamed(kubernetes.value, target.namespace, found.serviceAccount);
  const cluster = clustersOf(snapshot).find(one => one.cluster.arn === clusterArn);
  const byPodIdentity = found.pods.length > 0 && found.pods.every(hasPodIdentityAlone);
  const roleArn = byPodIdentity
    ? cluster && associationOf(cluster, target.namespace, found.serviceAccount)?.roleArn
    : account?.annotations[roleArnKey];
  const role = valueOr(snapshot.roles, []).find(({ arn }) => arn === roleArn);
  return role && readLastUse(clients.iam(), role.name);
};

/** Of the kinds that are kept whole: a Job that is finished is not. */
const listedKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob'];

/** Where no pod tells of a workload, the lists of workloads do: one may be scaled to zero, or its pods cannot be made. */
const withWorkloads = async (
  target: WhyTarget,
  inside: Collected<KubernetesFacts>,
  endpoint: ClusterEndpoint,
): Promise<Collected<KubernetesFacts>> => {
  if (inside.status === 'unavailable' || !listedKinds.includes(target.kind)) return inside;
  if (findTarget(target, inside.value).status !== 'absent') return inside;
  const api = kubernetesApi(endpoint, defaultLimits);
  const workloads = await readWorkloads(api).finally(() => api.close());
  return { ...inside, value: { ...inside.value, workloads } };
};

const proven = async (chain: WhyChain, target: WhyTarget, parts: Parts): Promise<WhyChain> => {
  const { endpoint, clients } = parts;
  const { serviceAccount: name = '', issuer, roleArn, audience } = chain;
  const api = kubernetesApi(endpoint, defaultLimits);
  try {
    const live = await liveChain({
      ...{ api, clients, account: { namespace: target.namespace, name }, apiUrl: endpoint.url, roleArn, audience },
      ...given({ issuer }),
    });
    return withLiveSteps(chain, live);
  } finally {
    api.close();
  }
};

const text = (chain: WhyChain, { kind, namespace, name }: WhyTarget, cluster: Cluster, io: Io, { color }: Options) => {
  const place =
    cluster.region === unknownRegion
      ? `cluster ${cluster.name}`
      : `cluster ${cluster.name}, ${cluster.region}, account ${cluster.accountId}`;
  const heading = { subject: `${wordOf(kind)} ${namespace}/${name}`, place };
  return renderWhy(chain, heading, styleOf(io, color), marks);
};

const json = (chain: WhyChain, target: WhyTarget, cluster: Cluster): string => {
  const { cause: _inSteps, verdict, ...rest } = chain;
  const failedAt = failedStep(chain.steps)?.step;
  const { arn, name } = cluster;
  return jsonAnswer({ target, cluster: { arn, name }, verdict, ...given({ failedAt }), ...rest });
};
