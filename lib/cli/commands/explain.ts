import { resolve } from 'node:path';
import { Command } from 'commander';
import { defaultLimits } from '../../collect/kubernetes/kubernetes-api.ts';
import { explainMessage, type MessageExplanation } from '../../explain/explain-message.ts';
import type { KnownMessage } from '../../explain/messages/known-message.ts';
import { renderFinding, renderMessage, renderRule } from '../../explain/render-explanation.ts';
import { clustersOf, isAsked } from '../../facts.ts';
import type { Finding } from '../../model.ts';
import { withGraph } from '../../report/graph/with-graph.ts';
import type { TextStyle } from '../../report/text-layout.ts';
import { catalog, ruleById } from '../../rules/catalog.ts';
import { given, nearest, visible } from '../../text.ts';
import { type CausesHere, causesByAudit, causesByScan, causesByTable } from '../findings/causes-here.ts';
import { findingIdShape, findingNamed, knownFindingNamed } from '../findings/finding-named.ts';
import { openFindings, tellNewer } from '../findings/finding-queries.ts';
import { byLastScan, lastFindingsWith, lastScanName, wordsOfScans } from '../findings/last-scan.ts';
import { findingFor } from '../kubeconfig/command-options.ts';
import { contextNamed, currentEksContext } from '../kubeconfig/kubeconfig-files.ts';
import type { NamedThings } from '../report/graph-names.ts';
import { auditNow } from '../scan/audit-now.ts';
import { type Audited, type SessionOptions, sessionCommands } from '../scan/audit-session.ts';
import { reachWithinMs } from '../scan/cluster-access.ts';
import { parseRunReport } from '../scan/run-report-file.ts';
import { maxInput, readStdin, readText } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { ruleNamed } from '../shell/rule-named.ts';
import { styleOf } from '../shell/style.ts';
import { ruleJson } from './rules.ts';
import { withSessionOptions } from './scan.ts';
import { whyAnswer } from './why.ts';

interface Options extends SessionOptions, NamedThings {
  readonly input?: string;
  readonly table?: string;
  readonly stack?: string;
  readonly json?: boolean;
  readonly all?: boolean;
}

const examples = `
Examples:
  $ irsa-auditor explain trust-any-subject               a rule
  $ irsa-auditor explain 0a1b2c3d                  a finding of the last scan
  $ irsa-auditor explain 0a1b2c3d --input run.json
  $ irsa-auditor explain "InvalidIdentityToken: Incorrect token audience"
  $ kubectl logs deployment/cart | irsa-auditor explain  a log’s newest error
  $ irsa-auditor explain \\
      "Not authorized to perform sts:AssumeRoleWithWebIdentity" \\
      --context prod --cluster prod --service-account checkout/cart
  $ kubectl logs deployment/cart | irsa-auditor explain --context prod`;

/** `irsa-auditor explain`: the meaning of a rule, a finding or an error message; with a cluster to read, a table or a subject, its
 *  cause first. */
export const explainCommand = (io: Io): Command =>
  withSessionOptions(new Command('explain'))
    .argument('[what...]', 'id of a rule or finding, or the message; stdin if absent')
    .option('--input <file>', 'JSON report of a run to look up a finding in')
    .option(
      '--table <name>',
      'table of a deployed auditor: look up a finding in it, or decide between the causes of a message',
    )
    .option('--stack <name>', 'with the id of a finding: the stack of its table (default: irsa-auditor)')
    .option('--cluster <name>', 'audit now and show the cause in this cluster')
    .option('-n, --namespace <name>', 'with --service-account, its namespace')
    .option('--service-account <name>', 'audit now and show the cause for this one: name or namespace/name')
    .option('--role <name>', 'audit now and show the cause for this role: name or ARN')
    .option('--all', 'every possible cause of a message, with its rules')
    .option('--json', 'as JSON')
    .addHelpText('after', examples)
    .action((what: readonly string[], options: Options) => explain(what.join(' '), options, io));

const explain = async (argument: string, options: Options, io: Io): Promise<void> => {
  const style = styleOf(io);
  const what = argument === '' || argument === '-' ? (await readStdin(io, 'explain', maxInput)).trim() : argument;
  if (what === '')
    throw new UsageError('explain: got no text, wanted the id of a rule or finding, or an error message');
  const rule = ruleById(what);
  if (rule !== undefined) {
    io.stdout.write(options.json ? jsonAnswer(ruleJson(rule)) : renderRule(rule, style));
    return io.exit(0);
  }
  if (findingIdShape.test(what)) return explainFinding(what, options, style, io);
  if (isNearlyRule(what)) ruleNamed(what, 'explain');
  const explanation = explainMessage(what);
  const chain = await whyHere(what, explanation, options, io);
  if (chain !== undefined) {
    io.stdout.write(chain.output);
    return io.exit(chain.exitCode);
  }
  const here = await causesHere(explanation, options, io);
  if (options.json) io.stdout.write(jsonAnswer({ ...jsonOf(explanation), ...(here && { here: hereJson(here) }) }));
  else {
    if (here)
      io.stdout.write(`${here.verdict}\n\n${here.findings.map(one => `${renderFinding(one, style)}\n`).join('')}`);
    io.stdout.write(renderMessage(explanation, { style, ...given({ all: options.all, decided: here?.decided }) }));
  }
  io.exit(here?.exitCode ?? (explanation.verdict === 'unknown' || explanation.verdict === 'elsewhere' ? 1 : 0));
};

/** The answer of `why`, where nothing is asked for and the current context is of EKS and has the pod of the text. Undefined else: why it could
 *  not be read is told. */
const whyHere = async (
  text: string,
  { facts, verdict }: MessageExplanation,
  options: Options,
  io: Io,
): Promise<Awaited<ReturnType<typeof whyAnswer>> | undefined> => {
  const isNamed = [facts.pod, facts.serviceAccount, facts.roleArn].some(one => one !== undefined);
  const isAsked = options.table !== undefined || options.json || options.all || isCluster(options) || isPlace(options);
  if (!isNamed || isAsked || options.inCluster === false || verdict === 'elsewhere') return undefined;
  try {
    const context = await currentEksContext(io);
    if (context === undefined) return undefined;
    const limits = { ...defaultLimits, timeoutMs: reachWithinMs, attempts: 1 };
    const { region, ...rest } = options;
    const [first] = region ?? [];
    const how = { ...rest, ...given({ region: first }), context: context.name, format: 'table', color: true } as const;
    return await whyAnswer({ words: [], text, limits }, context, how, io);
  } catch (error) {
    const why = visible(error instanceof Error ? error.message : String(error));
    io.stderr.write(`irsa-auditor: the current context does not decide: ${why}\n`);
    return undefined;
  }
};

/** A mistyped id of a rule: no error message is one word with hyphens. */
const isNearlyRule = (what: string): boolean =>
  /^[a-z]+(-[a-z]+)+$/.test(what) &&
  nearest(
    what,
    catalog.map(({ id }) => id),
  ) !== undefined;

/** The findings stand once; a cause names its own by id. */
const hereJson = ({ decided, ...here }: CausesHere) => ({
  ...here,
  causes: decided.map(({ cause, findings, ...rest }) => ({
    id: cause.id,
    text: cause.says,
    ...rest,
    findings: findings.map(({ id }) => id),
  })),
});

/** Causes of a share below this are left out: hundreds of texts have none of them. */
const leastShown = 0.005;

/** Causes of a text that a program gets: the next ones have a share of a few hundredths. */
const maxCauses = 10;

const jsonOf = ({ message, also, causes, ...rest }: MessageExplanation) => {
  const plain = ({ texts: _texts, ...one }: KnownMessage) => one;
  return {
    ...rest,
    ...(message && { message: plain(message) }),
    also: also.map(({ message: one, quote }) => ({ ...plain(one), quote })),
    causes: causes
      .filter(({ share }) => share >= leastShown)
      .slice(0, maxCauses)
      .map(({ cause, share }) => ({ ...cause, share: Math.round(share * 100) / 100 })),
  };
};

const explainFinding = async (id: string, options: Options, style: TextStyle, io: Io): Promise<void> => {
  const found =
    options.input === undefined
      ? ((await fromLastScan(id, options, io)) ?? (await fromTable(id, options, io)))
      : await fromFile(id, options.input, io);
  const finding = findingFor(found, (await sessionCommands(options, io, 'before')).options);
  io.stdout.write(options.json ? jsonAnswer(finding) : renderFinding(finding, style));
  const rule = ruleById(finding.ruleId);
  if (rule !== undefined && !options.json) io.stdout.write(`\n${renderRule(rule, style)}`);
  io.exit(0);
};

const fromFile = async (id: string, input: string, io: Io): Promise<Finding> => {
  const report = parseRunReport(await readText(resolve(io.cwd, input), '--input'), input);
  return findingNamed(id, report.findings, input);
};

/** Undefined where a table is named, or the last scan has no such finding. */
const fromLastScan = async (id: string, { table }: Options, io: Io): Promise<Finding | undefined> => {
  const findings = table === undefined ? await lastFindingsWith(id, io) : undefined;
  return findings && findingNamed(id, findings, lastScanName);
};

/** Throws `UsageError` that says where it was looked for: whoever names no table may have deployed nothing. */
const fromTable = async (id: string, options: Options, io: Io): Promise<Finding> => {
  const opened = openFindings(options).catch(async (cause: unknown) => {
    if (options.table !== undefined) throw cause;
    throw new UsageError(
      `finding ${id}: ${await wordsOfScans(io)}: scan the account of the finding, or give a report with --input or a --table`,
      { cause },
    );
  });
  const queries = tellNewer(await opened, io);
  const where = options.table === undefined ? `the table; ${await wordsOfScans(io)}` : 'the table';
  return (await knownFindingNamed(id, queries, `${where}; give a report with --input`)).finding;
};

const isPlace = ({ cluster, serviceAccount, role }: Options): boolean =>
  [cluster, serviceAccount, role].some(part => part !== undefined);

const isCluster = ({ inCluster, kubeconfig, context }: Options): boolean =>
  inCluster === true || kubeconfig !== undefined || context !== undefined;

/** The state of the causes here: by the table that is named, or by an audit now; where neither is asked for by the last scan, if it
 *  has the cause. */
const causesHere = async (
  explanation: MessageExplanation,
  options: Options,
  io: Io,
): Promise<CausesHere | undefined> => {
  if (options.table !== undefined)
    return explanation.message !== undefined || isPlace(options)
      ? causesByTable(explanation, tellNewer(await openFindings(options), io), options)
      : undefined;
  if (explanation.verdict === 'elsewhere' && !isPlace(options)) return undefined;
  if (!isPlace(options) && !isCluster(options))
    return byLastScan(io, explanation.facts.accountId, report => causesByScan(explanation, report));
  const session = await withCurrentContext(options, io);
  const audited = await auditNow(session, io);
  const report = withGraph(audited.report, audited.facts);
  return causesByAudit(explanation, report, audited.facts, options, { cluster: clusterOfContext(session, audited) });
};

/** The cluster of the only context that was named: other clusters may have a service account of the same name. */
const clusterOfContext = ({ context = [] }: Options, { facts }: Audited): string | undefined => {
  const read = facts.flatMap(({ snapshot }) => clustersOf(snapshot)).filter(({ kubernetes }) => isAsked(kubernetes));
  return context.length === 1 && read.length === 1 ? read[0]?.cluster.name : undefined;
};

/** The current context of the kubeconfig for a service account, as in `prove`, unless the options say how to read
 *  clusters. A context of EKS is used without this. */
const withCurrentContext = async (options: Options, io: Io): Promise<Options> => {
  if (isCluster(options) || options.serviceAccount === undefined) return options;
  try {
    if (await currentEksContext(io)) return options;
    return { ...options, context: [(await contextNamed(undefined, undefined, io)).name] };
  } catch {
    // The audit itself says why the current context cannot be used; without a kubeconfig, roles and trust policies remain.
    return options;
  }
};
