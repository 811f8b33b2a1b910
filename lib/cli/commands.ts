import type { Command } from 'commander';
import type { Io } from './shell/io.ts';

/** The headings of help, in their order. */
export const commandGroups = {
  diagnose: 'Diagnose:',
  ask: 'Ask:',
  before: 'Before a change:',
  operate: 'Operate:',
} as const;

/** A command as the first line of help has it. Its file is loaded when it is used: whoever asks for help, or decides one
 *  policy, does not wait for the clients of AWS. */
export interface CommandEntry {
  readonly name: string;
  readonly group: keyof typeof commandGroups;
  readonly description: string;
  readonly load: () => Promise<(io: Io) => Command>;
  /** It needs every other command loaded too. */
  readonly readsAll?: true;
}

/** Every command, one file each under commands/, in the order of `--help`. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'why',
    group: 'diagnose',
    description: 'why a pod does not get its role: every step from the pod to AWS, the cause and the fix',
    load: async () => (await import('./commands/why.ts')).whyCommand,
  },
  {
    name: 'scan',
    group: 'diagnose',
    description: 'audit with your own read-only credentials, nothing deployed',
    load: async () => (await import('./commands/scan.ts')).scanCommand,
  },
  {
    name: 'explain',
    group: 'diagnose',
    description: 'explain a rule, a finding or an error message',
    load: async () => (await import('./commands/explain.ts')).explainCommand,
  },
  {
    name: 'fix',
    group: 'diagnose',
    description: 'from findings to a plan: printed, as a script, or carried out and undone',
    load: async () => (await import('./commands/fix.ts')).fixCommand,
  },
  {
    name: 'who-can-assume',
    group: 'ask',
    description: 'who may assume a role by its trust policy, or whether one service account may',
    load: async () => (await import('./commands/who-can-assume.ts')).whoCanAssume,
  },
  {
    name: 'reach',
    group: 'ask',
    description: 'who can become a role or a service account through Kubernetes, and what somebody can become',
    load: async () => (await import('./commands/reach.ts')).reachCommand,
  },
  {
    name: 'graph',
    group: 'ask',
    description: 'draw clusters, namespaces, service accounts, roles and providers',
    load: async () => (await import('./commands/graph.ts')).graphCommand,
  },
  {
    name: 'findings',
    group: 'ask',
    description: 'ask a deployed auditor',
    load: async () => (await import('./commands/findings.ts')).findingsCommand,
  },
  {
    name: 'rules',
    group: 'ask',
    description: 'list the rules',
    load: async () => (await import('./commands/rules.ts')).rulesCommand,
  },
  {
    name: 'lint',
    group: 'before',
    description: 'check roles and service accounts in files before they are deployed',
    load: async () => (await import('./commands/lint.ts')).lint,
  },
  {
    name: 'impact',
    group: 'before',
    description: 'what breaks if a provider, a cluster, a role or a service account is deleted',
    load: async () => (await import('./commands/impact.ts')).impactCommand,
  },
  {
    name: 'plan',
    group: 'before',
    description: 'plan a change of many roles: replace a cluster, move to EKS Pod Identity',
    load: async () => (await import('./commands/plan.ts')).planCommand,
  },
  {
    name: 'policy',
    group: 'before',
    description: 'print the rules as a policy that a cluster applies itself',
    load: async () => (await import('./commands/policy.ts')).policyCommand,
  },
  {
    name: 'init',
    group: 'operate',
    description: 'set things up, or print how',
    load: async () => (await import('./commands/init.ts')).initCommand,
  },
  {
    name: 'deploy',
    group: 'operate',
    description: 'deploy without CDK: one CloudFormation template',
    load: async () => (await import('./commands/deploy.ts')).deployCommand,
  },
  {
    name: 'doctor',
    group: 'operate',
    description: 'check a deployed auditor from outside: what is wrong with it, and the fix',
    load: async () => (await import('./commands/doctor.ts')).doctorCommand,
  },
  {
    name: 'report',
    group: 'operate',
    description: 'write the report of a run: one self-contained page',
    load: async () => (await import('./commands/report.ts')).reportCommand,
  },
  {
    name: 'notify',
    group: 'operate',
    description: 'try the webhooks of alerts: Slack, Teams, your own',
    load: async () => (await import('./commands/notify.ts')).notifyCommand,
  },
  {
    name: 'cluster-job',
    group: 'operate',
    description: 'audit a cluster from within and deliver the result: files, metrics, events, a policy report',
    load: async () => (await import('./commands/cluster-job.ts')).clusterJob,
  },
  {
    name: 'mcp',
    group: 'operate',
    description: 'serve the tools that only read to an assistant (Model Context Protocol)',
    load: async () => (await import('./commands/mcp.ts')).mcpCommand,
  },
  {
    name: 'options',
    group: 'operate',
    description: 'options that commands share: accounts, clusters, filters',
    load: async () => (await import('./commands/options.ts')).optionsCommand,
  },
  {
    name: 'completion',
    group: 'operate',
    description: 'print the completion script of a shell',
    load: async () => (await import('./commands/completion.ts')).completionCommand,
    readsAll: true,
  },
];

/** Commands of before, with the one that does the same. */
export const renamed: Readonly<Record<string, string>> = {
  'can-assume': 'who-can-assume --service-account NAMESPACE/NAME',
  prove: 'why serviceaccount/NAME -n NAMESPACE --prove',
  'what-can': 'reach --from sa/NAMESPACE/NAME',
  'who-can-become': 'reach --to role/NAME',
  paths: 'reach --from WHO --to END',
};
