import * as z from 'zod';
import { noteChanges } from '../lib/audit/fast-lane/note-changes.ts';
import { sfnClient, stepFunctionsStarter } from '../lib/notify/sfn-clients.ts';
import { env, now } from './shared/compose-configuration.ts';
import { documents } from './shared/compose-documents.ts';
import { once } from './shared/once.ts';
import { stepHandler } from './shared/step-handler.ts';

/** A batch of the queue, as Lambda hands it over (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
const batch = z
  .object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) })
  .transform(({ Records: messages }) => ({ runId: 'fast-lane', messages }));

/** Starts runs of the fast lane's own state machine. */
const executions = /* @__PURE__ */ once(() => {
  const { fastLaneArn: stateMachineArn = '', region } = env();
  return stepFunctionsStarter({ client: sfnClient({ region }), stateMachineArn });
});

/** The fast lane's first function: what changed, noted for the run of its minute. */
export const handler = stepHandler('note-changes', batch, ({ messages }) =>
  noteChanges({ documents: documents(), now, executions: executions() }, messages),
);
