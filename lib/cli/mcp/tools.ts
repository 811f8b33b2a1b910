import * as z from 'zod';
import { nameOfUnread, severities } from '../../model.ts';
import { activeFindings, gapPlace, gapReason, headlineSentence, undecidedChecks } from '../../report/summary.ts';
import { listed, shellQuote, visible } from '../../text.ts';
import { findingIdShape } from '../findings/finding-named.ts';
import { parseRunReport } from '../scan/run-report-file.ts';
import { UsageError } from '../shell/io.ts';

/** The options with which the server was started, as words, by the command that takes them. */
export interface ServerWords {
  readonly scan: readonly string[];
  readonly why: readonly string[];
  readonly role: readonly string[];
  readonly table: readonly string[];
  /** The contexts that a client may choose among: each may start a program of its kubeconfig. */
  readonly contexts: readonly string[];
}

/** Names of the tools. */
export type ToolName = 'scan' | 'why' | 'who_can_assume' | 'explain' | 'findings';

/** A tool: a command that only reads, with the words that its arguments come to. */
export interface McpTool {
  readonly name: ToolName;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  /** The words after the program's name. Values stand behind a `=`, or after `--`: none is taken for an option. */
  readonly words: (input: never, server: ServerWords) => readonly string[];
  /** The answer, of the JSON that the command prints. */
  readonly answer: (json: string, input: never) => Readonly<Record<string, unknown>>;
}

/** Names of clusters, roles and objects: one line, of a length that some service allows. */
const name = z.string().regex(/^[^\p{Cc}]{1,2048}$/u, 'one line of at most 2,048 characters');
const severity = z.enum(severities);
const limit = z.int().min(1).max(100).default(20);

const tool = <I extends z.ZodObject>(one: {
  readonly name: ToolName;
  readonly title: string;
  readonly description: string;
  readonly input: I;
  readonly words: (input: z.output<I>, server: ServerWords) => readonly string[];
  readonly answer: (json: string, input: z.output<I>) => Readonly<Record<string, unknown>>;
}): McpTool => one;

const option = (flag: string, value: string | number | undefined): readonly string[] =>
  value === undefined ? [] : [`${flag}=${value}`];

/** A context may start a program of the kubeconfig and leads to another cluster: the person who starts the server names them. */
const knownContext = (context: string, { contexts }: ServerWords): string => {
  if (contexts.includes(context)) return context;
  const may = contexts.length === 0 ? 'the current context alone' : listed(contexts);
  throw new UsageError(
    `context "${visible(context)}" is not one that the server was started with, which reads ${may}: start it with --context ${shellQuote(context)}`,
  );
};

const asIs = (json: string): Readonly<Record<string, unknown>> => {
  const parsed: unknown = JSON.parse(json);
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : { answer: parsed };
};

const scanInput = z.object({
  clusters: z.array(name).max(50).optional().describe('Only what concerns these clusters.'),
  rules: z.array(name).max(50).optional().describe('Only these rules, by id.'),
  minSeverity: severity.optional().describe('Only findings at or above.'),
  limit: limit.describe('So many findings at most, worst first.'),
});

/** A report cut to what an assistant can read: the worst findings, with cause and fix. */
const scanAnswer = (json: string, { limit: most }: z.output<typeof scanInput>) => {
  const report = parseRunReport(json, 'scan');
  const findings = activeFindings(report);
  return {
    headline: headlineSentence(report),
    endedAt: report.endedAt,
    findings: findings
      .slice(0, most)
      .map(finding => ({
        ...{ id: finding.id, severity: finding.severity, rule: finding.ruleId, impact: finding.impact },
        ...{
          subject: finding.subject,
          message: finding.message,
          fix: finding.fix.summary,
          commands: finding.fix.commands,
        },
        sameCause: finding.explains.length,
      })),
    notShown: Math.max(0, findings.length - most),
    undecidedChecks: undecidedChecks(report).length,
    notRead: report.gaps.slice(0, most).map(gap => `${nameOfUnread(gap)}, ${gapPlace(gap)}: ${gapReason(gap)}`),
    notReadCount: report.gaps.length,
  };
};

/** Every tool, in the order in which they are listed. All read, none writes. */
export const tools: readonly McpTool[] = [
  tool({
    name: 'scan',
    title: 'Audit IRSA and EKS Pod Identity',
    description:
      'Audits IAM roles for service accounts and EKS Pod Identity with the credentials of this machine, read-only. Returns the worst findings with cause and fix, and what could not be read. An empty list is an all-clear only where notReadCount and undecidedChecks are 0.',
    input: scanInput,
    words: ({ clusters = [], rules = [], minSeverity }, server) => [
      ...['scan', ...server.scan, '--format=json'],
      ...clusters.flatMap(each => option('--cluster', each)),
      ...rules.flatMap(each => option('--rule', each)),
      ...option('--min-severity', minSeverity),
    ],
    answer: scanAnswer,
  }),
  tool({
    name: 'why',
    title: 'Why does this pod not get its AWS role?',
    description:
      'Follows every step from a pod, a workload or a service account to AWS, and names the first one that fails, with the fix. Reads the cluster of the kubeconfig context and AWS; writes nothing.',
    input: z.object({
      target: z
        .string()
        .regex(
          /^(?:pod|deployment|statefulset|daemonset|job|cronjob|serviceaccount)\/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
          'pod/NAME, deployment/NAME, serviceaccount/NAME, statefulset, daemonset, job or cronjob',
        ),
      namespace: z
        .string()
        .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'the name of a namespace')
        .optional(),
      context: name
        .optional()
        .describe(
          'A kubeconfig context that the server was started with; default: the first of them, else the current one.',
        ),
    }),
    words: ({ target, namespace, context }, server) => [
      ...['why', target, ...server.why, '--format=json'],
      ...option('--namespace', namespace),
      ...option('--context', context === undefined ? server.contexts[0] : knownContext(context, server)),
    ],
    answer: asIs,
  }),
  tool({
    name: 'who_can_assume',
    title: 'Who may assume this role?',
    description:
      'Everyone who may assume an IAM role by its trust policy, exactly: service accounts, logins, accounts, services.',
    input: z.object({ role: name.describe('The name of the role.') }),
    words: ({ role }, server) => ['who-can-assume', ...server.role, '--json', ...option('--role', role)],
    answer: asIs,
  }),
  tool({
    name: 'explain',
    title: 'Explain an error message, a rule or a finding',
    description:
      'The meaning of an error of AWS, an SDK or Kubernetes about IAM roles of pods: its causes, likeliest first, how to tell them apart, and the fix. Also takes the id of a rule, or of a finding of the last scan.',
    input: z.object({ text: z.string().min(1).max(200_000).describe('The error as it stands in the log, or an id.') }),
    words: ({ text }, server) => [
      ...['explain', '--json', ...(findingIdShape.test(text.trim()) ? server.table : [])],
      ...['--', text],
    ],
    answer: asIs,
  }),
  tool({
    name: 'findings',
    title: 'Findings of a deployed auditor',
    description: 'The findings that a deployed auditor has in its table, worst first.',
    input: z.object({
      status: z.enum(['open', 'waived', 'explained', 'resolved', 'any']).default('open'),
      minSeverity: severity.optional(),
      cluster: name.optional(),
      namespace: name.optional(),
      limit,
    }),
    words: ({ status, minSeverity, cluster, namespace, limit: most }, server) => [
      ...['findings', 'list', ...server.table, '--format=json', `--status=${status}`, `--limit=${most}`],
      ...option('--min-severity', minSeverity),
      ...option('--cluster', cluster),
      ...option('--namespace', namespace),
    ],
    answer: asIs,
  }),
];
