/**
 * Compares the calls of a real deployment, as CloudTrail recorded them, with those that the tests saw at the door
 * (`test/fixtures/door-calls.jsonl`): `docs/real-aws.md`. Reads files alone: answers of LookupEvents, or of a trail.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { functionNames } from '../lib/audit/contract.ts';
import { visible } from '../lib/text.ts';

/** A call of a step. `resource` has `*` for accounts, regions and drawn names; `errorCode` is null where it was allowed. */
const callShape = z.strictObject({
  step: z.string(),
  action: z.string(),
  resource: z.string(),
  errorCode: z.string().nullable(),
});
export type StepCall = z.output<typeof callShape>;

const record = z.object({
  eventSource: z.string(),
  eventName: z.string(),
  errorCode: z.string().optional(),
  userIdentity: z
    .object({ sessionContext: z.object({ sessionIssuer: z.object({ userName: z.string() }).optional() }).optional() })
    .optional(),
  resources: z.array(z.object({ ARN: z.string().optional() })).nullish(),
});
const trailFile = z.object({ Records: z.array(z.unknown()) });
const lookupAnswer = z.object({ Events: z.array(z.object({ CloudTrailEvent: z.string() })) });

/** Events whose names are not those of IAM actions (Service Authorization Reference, against CloudTrail's event names). */
const actionOf: Readonly<Record<string, string>> = {
  's3:ListObjects': 's3:ListBucket',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  'monitoring:PutMetricData': 'cloudwatch:PutMetricData',
};

/** The calls of the functions of a deployment in one file. Throws for a file that is neither form. */
export const callsIn = (text: string, name: string): readonly StepCall[] => {
  const document: unknown = JSON.parse(text);
  const trail = trailFile.safeParse(document);
  const records = trail.success
    ? trail.data.Records
    : lookupAnswer.parse(document).Events.map(({ CloudTrailEvent }): unknown => JSON.parse(CloudTrailEvent));
  return records.flatMap(each => {
    const event = record.safeParse(each).data;
    const role = event?.userIdentity?.sessionContext?.sessionIssuer?.userName ?? '';
    const step = functionNames.find(one => role === `${name}-${one}`);
    if (event === undefined || step === undefined) return [];
    const called = `${event.eventSource.replace(/\.amazonaws\.com(\.cn)?$/, '')}:${event.eventName}`;
    const resource = event.resources?.find(({ ARN }) => ARN !== undefined)?.ARN ?? '*';
    return [{ step, action: actionOf[called] ?? called, resource, errorCode: event.errorCode ?? null }];
  });
};

/** The list of the door. */
export const doorCalls = (text: string): readonly StepCall[] =>
  text
    .trim()
    .split('\n')
    .map(line => callShape.parse(JSON.parse(line)));

/** The lines to print, and whether one of them is a fault: errors that AWS answers to an allowed call are none. */
export const comparison = (real: readonly StepCall[], door: readonly StepCall[]): readonly string[] => {
  const key = ({ step, action }: StepCall) => `${step} ${action}`;
  const known = new Set(door.map(key));
  const isRefusal = ({ errorCode }: StepCall) =>
    errorCode !== null && /AccessDenied|Unauthorized|Forbidden/.test(errorCode);
  const lines = real.flatMap(call => [
    ...(isRefusal(call) ? [`refused: ${key(call)} on ${call.resource}: ${call.errorCode}`] : []),
    ...(known.has(key(call)) ? [] : [`not known at the door: ${key(call)} on ${call.resource}`]),
  ]);
  return [...new Set(lines)].sort();
};

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { name: { type: 'string', default: 'irsa-auditor' } },
    allowPositionals: true,
  });
  const real = positionals.flatMap(path => callsIn(readFileSync(path, 'utf8'), values.name));
  const door = doorCalls(readFileSync('test/fixtures/door-calls.jsonl', 'utf8'));
  const lines = comparison(real, door);
  for (const line of lines) process.stdout.write(`${visible(line)}\n`);
  process.stdout.write(`${real.length} calls of ${new Set(real.map(({ step }) => step)).size} functions\n`);
  process.exitCode = lines.length > 0 || real.length === 0 ? 1 : 0;
}
