/**
 * Runs the synthesized workflow with the bundled handlers, in a process whose environment is that of a function. Called
 * by test/contract/handlers.slow.test.ts with the directory of the bundles; prints the execution as JSON. With a step and an
 * event it calls that handler alone, and prints its answer.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { type StepName, stepNames } from '../../lib/audit/contract.ts';
import { runWorkflow, type StepHandlers } from '../../sandbox/workflow/run-workflow.ts';
import { synthesizedDefinition } from '../../sandbox/workflow/synthesized-definition.ts';

/** A function has no endpoint of its own for S3, so buckets are host names; not every machine resolves `*.localhost`. */
const { lookup } = dns;
const localLookup = (host: string, ...rest: unknown[]) =>
  Reflect.apply(lookup, dns, [host.endsWith('.localhost') ? '127.0.0.1' : host, ...rest]);
Object.assign(dns, { lookup: localLookup });
syncBuiltinESMExports();

const [directory = '', runId = '', step, event = '{}'] = process.argv.slice(2);
const context = { awsRequestId: 'request', functionName: 'function', getRemainingTimeInMillis: () => 60_000 };

const handlerOf = async (step: StepName) => {
  const { handler } = await import(join(directory, step, 'index.mjs'));
  return async (event: unknown): Promise<unknown> => handler(event, context);
};
const executed = async (): Promise<unknown> => {
  const steps = Object.fromEntries(
    await Promise.all(stepNames.map(async name => [name, await handlerOf(name)] as const)),
  ) as StepHandlers;
  return runWorkflow(await synthesizedDefinition(), { steps, runId, startedAt: new Date().toISOString() });
};
const answer = step === undefined ? await executed() : await (await handlerOf(step as StepName))(JSON.parse(event));
process.stdout.write(`\n${JSON.stringify(answer)}\n`);
