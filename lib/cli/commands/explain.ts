import { resolve } from 'node:path';
import { Command } from 'commander';
import { explainMessage, type MessageExplanation, maxText } from '../../core/explain/explain-message.ts';
import { renderFinding, renderMessage, renderRule } from '../../core/explain/render-explanation.ts';
import type { Finding } from '../../core/model/finding.ts';
import type { RunReport } from '../../core/report/run-report.ts';
import type { TextStyle } from '../../core/report/text-layout.ts';
import { withGraph } from '../../core/report/with-graph.ts';
import { ruleById } from '../../core/rules/catalog.ts';
import { safeJson } from '../../core/text/visible-text.ts';
import { auditSession, type SessionOptions } from '../audit-session.ts';
import { findingsConcerning } from '../concerning.ts';
import { openFindings } from '../finding-queries.ts';
import { type Io, UsageError } from '../io.ts';
import { progress } from '../progress.ts';
import { readStdin } from '../read-input.ts';
import { readText } from '../read-text.ts';
import { parseRunReport } from '../run-report-file.ts';
import { styleOf } from '../style-of.ts';
import { ruleJson } from './rules.ts';
import { withSessionOptions } from './scan.ts';

interface Options extends SessionOptions {
  readonly input?: string;
  readonly table?: string;
  readonly cluster?: string;
  readonly namespace?: string;
  readonly serviceAccount?: string;
  readonly role?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  $ irsa-auditor explain trust-any-subject                    a rule
  $ irsa-auditor explain 0a1b2c3d4e5f60718293a4b5c6d7e8f9 --input run.json
  $ irsa-auditor explain "InvalidIdentityToken: Incorrect token audience"
  $ kubectl logs deployment/cart | irsa-auditor explain       a log, whatever stands around the message
  $ irsa-auditor explain "Not authorized to perform sts:AssumeRoleWithWebIdentity" \\
      --context prod --cluster prod --service-account checkout/cart`;

/** `irsa-auditor explain`: what a rule, a finding or an error message means, and, with a place, which cause it is. */
export const explainCommand = (io: Io): Command =>
  withSessionOptions(new Command('explain').description('say what a rule, a finding or an error message means'))
    .argument('[what...]', 'id of a rule or finding, or the message; stdin if absent')
    .option('--input <file>', 'JSON report of a run to look up a finding in')
    .option('--table <name>', 'table of a deployed auditor to look up a finding in')
    .option('--cluster <name>', 'audit now and name the causes that concern this cluster')
    .option('--namespace <name>', 'with --service-account, its namespace')
    .option('--service-account <name>', 'audit now and name the causes of this one: name or namespace/name')
    .option('--role <name>', 'audit now and name the causes that concern this role: name or ARN')
    .option('--json', 'as JSON')
    .addHelpText('after', examples)
    .action((what: readonly string[], options: Options) => explain(what.join(' '), options, io));

const findingIdShape = /^[0-9a-f]{32}$/;

const explain = async (argument: string, options: Options, io: Io): Promise<void> => {
  const style = styleOf(io);
  const what = argument === '' || argument === '-' ? (await readStdin(io, 'explain', maxText)).trim() : argument;
  if (what === '')
    throw new UsageError('explain: got nothing, wanted the id of a rule or finding, or an error message');
  const rule = ruleById(what);
  if (rule !== undefined) {
    io.stdout.write(options.json ? `${safeJson(ruleJson(rule), 2)}\n` : renderRule(rule, style));
    return io.exit(0);
  }
  if (findingIdShape.test(what)) return explainFinding(what, options, style, io);
  const explanation = explainMessage(what);
  const isPlace = [options.cluster, options.serviceAccount, options.role].some(part => part !== undefined);
  const here = isPlace ? await causesHere(explanation, options, io) : undefined;
  if (options.json) io.stdout.write(`${safeJson({ ...jsonOf(explanation), ...(here && { here }) }, 2)}\n`);
  else {
    io.stdout.write(renderMessage(explanation, ruleById, style));
    if (here) io.stdout.write(`\n${here.verdict}\n\n`);
    for (const finding of here?.findings ?? []) io.stdout.write(`${renderFinding(finding, style)}\n`);
  }
  io.exit(here?.exitCode ?? (explanation.known ? 0 : 1));
};

const jsonOf = (explanation: MessageExplanation) => {
  const plain = ({ patterns: _patterns, ...message }: { readonly patterns: readonly RegExp[] }) => message;
  return explanation.known
    ? { ...explanation, message: plain(explanation.message), also: explanation.also.map(plain) }
    : { ...explanation, nearest: explanation.nearest.map(plain) };
};

const explainFinding = async (id: string, options: Options, style: TextStyle, io: Io): Promise<void> => {
  const finding = options.input === undefined ? await fromTable(id, options) : await fromFile(id, options.input, io);
  io.stdout.write(options.json ? `${safeJson(finding, 2)}\n` : renderFinding(finding, style));
  const rule = ruleById(finding.ruleId);
  if (rule !== undefined && !options.json) io.stdout.write(`\n${renderRule(rule, style)}`);
  io.exit(0);
};

const fromFile = async (id: string, input: string, io: Io): Promise<Finding> => {
  const report = parseRunReport(await readText(resolve(io.cwd, input), '--input'), input);
  const finding = report.findings.find(candidate => candidate.id === id);
  if (finding === undefined) throw new UsageError(`--input: ${input} has no finding ${id}`);
  return finding;
};

const fromTable = async (id: string, options: Options): Promise<Finding> => {
  const queries = await openFindings(options);
  const known = await queries.show(id);
  if (known === undefined) throw new UsageError(`there is no finding ${id} in the table; name a report with --input`);
  return known.finding;
};

/** What an audit shows of a message's causes at the place that was named. */
interface CausesHere {
  readonly verdict: string;
  readonly findings: readonly Finding[];
  readonly exitCode: 0 | 1 | 3;
}

/** Audits, and says which of the message's causes are real for the place that was named. */
const causesHere = async (explanation: MessageExplanation, options: Options, io: Io): Promise<CausesHere> => {
  const { tell, done } = progress(io);
  const audited = await auditSession(options, io, tell).finally(done);
  const report = withGraph(audited.report, audited.facts);
  const rules = explanation.known ? explanation.message.causes.flatMap(cause => cause.rules) : [];
  const near = findingsConcerning(report, options);
  const causes = near.filter(finding => isOf(finding, rules));
  const findings = causes.length > 0 ? causes : near;
  return {
    verdict: verdictOf(rules.length > 0, causes.length, findings.length, report),
    findings,
    exitCode: report.gaps.length > 0 ? 3 : findings.length > 0 ? 1 : 0,
  };
};

/** `isLookedFor`: some rule decides a cause of the message. Where none does, a finding is not its cause, nor is silence health. */
const verdictOf = (isLookedFor: boolean, causes: number, others: number, report: RunReport): string => {
  const gaps =
    report.gaps.length === 0 ? '' : ` ${report.gaps.length} things could not be read, see irsa-auditor scan.`;
  if (causes > 0) return `The cause here:${gaps}`;
  if (!isLookedFor)
    return `No rule looks for a cause of this message.${gaps} ${others > 0 ? 'Found here all the same:' : 'Nothing else was found here.'}`;
  if (others > 0) return `None of these causes was found here, but this was:${gaps}`;
  return `None of these causes was found here.${gaps} Look at what the audit does not read: resource control policies, endpoint policies, the program itself.`;
};

const isOf = (finding: Finding, rules: readonly string[]): boolean =>
  rules.includes(finding.ruleId) || finding.explains.some(({ ruleId }) => rules.includes(ruleId));
