import { toolVersion } from '../lib/cli/shell/tool-version.ts';
import { withGraph } from '../lib/report/graph/with-graph.ts';
import { reportOfRun } from '../lib/report/report-of-run.ts';
import type { RunReport } from '../lib/report/run-report.ts';
import type { SandboxRun } from './start-sandbox.ts';

/** The document of a run of the sandbox: the report, the writes and the messages. */
export interface RunDocument extends RunReport {
  /** Findings and watched facts written to the table. */
  readonly written: number;
  /** Subjects of the messages that were published. */
  readonly messages: readonly string[];
}

/** The document of a run of the fast lane: it has no report of its own. */
export interface FastRunDocument extends Pick<RunReport, 'runId' | 'transitions' | 'factChanges'> {
  /** Subjects of the messages that were published. */
  readonly messages: readonly string[];
}

/** A run as `sandbox-out/run-N.json` has it. */
export const runDocument = ({ result, messages, written, facts }: SandboxRun): RunDocument => ({
  ...withGraph(
    reportOfRun(result, toolVersion, ['issuers are servers of this sandbox; their roots were taken as public']),
    facts,
  ),
  written,
  messages: messages.map(({ subject }) => subject),
});
