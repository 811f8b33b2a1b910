import { noteChanges } from '../lib/audit/fast-lane/note-changes.ts';
import type { AuditChoices, AuditPorts } from '../lib/audit/ports.ts';
import { accountPartOf } from '../lib/audit/run-result.ts';
import { accountsOfRun } from '../lib/audit/steps/target-of.ts';
import type { FactChange, Transition } from '../lib/history/transition.ts';
import { stepHandlers } from './step-handlers.ts';
import type { States } from './workflow/definition.ts';
import { runWorkflow, type WorkflowEvent } from './workflow/run-workflow.ts';

/** A run of the fast lane, and what it found changed. */
export interface ToldChanges {
  readonly runId: string;
  readonly transitions: readonly Transition[];
  readonly factChanges: readonly FactChange[];
}

/**
 * Hands events to the fast lane as its queue does, and runs the execution that it starts, by the synthesized definition.
 * Throws where nothing is started, or the run fails.
 */
export const tellChanges = async (
  ports: AuditPorts,
  choices: AuditChoices,
  definition: States,
  events: readonly object[],
  onEvent: (event: WorkflowEvent) => void,
): Promise<ToldChanges> => {
  const inputs = new Map<string, { readonly until: string }>();
  const executions = { start: async (name: string, input: { readonly until: string }) => void inputs.set(name, input) };
  const messages = events.map((event, index) => ({ messageId: `${index}`, body: JSON.stringify(event) }));
  const { run: runId = '' } = await noteChanges({ ...ports, executions }, messages);
  const input = inputs.get(runId);
  if (input === undefined) throw new Error(`of ${events.length} events the fast lane started no run`);
  const steps = stepHandlers(ports, choices);
  const execution = await runWorkflow(definition, { steps, runId, startedAt: ports.now(), input, onEvent });
  if (execution.status === 'failed') throw new Error(`the fast lane failed: ${execution.error}: ${execution.cause}`);
  const accounts = await accountsOfRun(ports.documents, runId);
  const parts = await Promise.all(accounts.map(accountId => accountPartOf(ports.documents, runId, accountId)));
  return {
    runId,
    transitions: parts.flatMap(({ transitions }) => transitions),
    factChanges: parts.flatMap(({ factChanges }) => factChanges),
  };
};
