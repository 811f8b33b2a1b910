/**
 * Calls whose entries are taken or refused one by one. Sources: EventBridge API Reference, `PutEvents`, `PutEventsRequestEntry` and
 * `PutEventsResultEntry`; Security Hub API Reference, `BatchImportFindings` and `ImportFindingsError`; Security Hub User Guide,
 * "Required top-level ASFF attributes".
 */
import { randomUUID } from 'node:crypto';
import { jsonAnswer } from './answers.ts';
import type { Allowed } from './backends.ts';
import { type Json, ofType, record, type Stack } from './stack.ts';

/** Why an entry is refused: the code that stands in the answer, and its words. */
type EntryFault = readonly [code: string, message: string];

/** The parts of a call that a service takes, and its answer. */
interface Taking {
  readonly answer: ReturnType<typeof jsonAnswer>;
  readonly taken: readonly Json[];
}

const records = (value: unknown): readonly Json[] => [value].flat().map(each => record(each, 'an entry'));

/** Whether a text is a JSON object. */
const isObject = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

const eventParts = ['Source', 'DetailType', 'Detail'] as const;
const lacks = (entry: Json, part: string): boolean => typeof entry[part] !== 'string' || entry[part] === '';

const eventFault = (entry: Json): EntryFault | undefined => {
  const missing = eventParts.find(part => lacks(entry, part));
  if (missing !== undefined)
    return ['InvalidArgument', `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`];
  if (String(entry.Source).startsWith('aws.'))
    return ['NotAuthorizedForSourceException', 'Not authorized for the source.'];
  if (String(entry.DetailType).length > 128)
    return ['InvalidArgument', 'Parameter DetailType is not valid. Reason: it has more than 128 characters.'];
  return isObject(String(entry.Detail)) ? undefined : ['MalformedDetail', 'Detail is malformed.'];
};

/** Whether no entry has every part that is required: then EventBridge refuses the call as a whole. */
export const hasNoWholeEvent = (entries: readonly Json[]): boolean =>
  entries.every(entry => eventParts.some(part => lacks(entry, part)));

/** The answer to `PutEvents`, by entry. Throws for a bus that was not deployed: AWS documents no answer for one. */
export const eventsTaken = ({ call: { input } }: Allowed, stack: Stack): Taking => {
  const entries = records(input.Entries);
  const buses = ofType(stack, 'AWS::Events::EventBus').map(({ id, properties: { Name = id } }) => String(Name));
  const unknown = entries.find(
    ({ EventBusName = 'default' }) => !['default', ...buses].includes(String(EventBusName).replace(/^arn:.*\//, '')),
  );
  if (unknown !== undefined) throw new Error(`no event bus ${unknown.EventBusName}`);
  const faults = entries.map(eventFault);
  return {
    taken: entries.filter((_entry, index) => faults[index] === undefined),
    answer: jsonAnswer({
      FailedEntryCount: faults.filter(fault => fault !== undefined).length,
      Entries: faults.map(fault =>
        fault === undefined ? { EventId: randomUUID() } : { ErrorCode: fault[0], ErrorMessage: fault[1] },
      ),
    }),
  };
};

/** Fields that every finding must have. */
const required = [
  ...['AwsAccountId', 'CreatedAt', 'Description', 'GeneratorId', 'Id', 'ProductArn', 'Resources', 'SchemaVersion'],
  ...['Severity', 'Title', 'Types', 'UpdatedAt'],
] as const;

/** The limits of a finding: characters, resources, bytes. */
const findingFault = (finding: Json): string | undefined => {
  const missing = required.find(name => finding[name] === undefined);
  if (missing !== undefined) return `Finding does not adhere to Amazon Finding Format. ${missing} is missing.`;
  if (String(finding.Title).length > 256) return 'Title is longer than 256 characters.';
  if (String(finding.Description).length > 1024) return 'Description is longer than 1024 characters.';
  if (String(finding.Id).length > 512) return 'Id is longer than 512 characters.';
  const resources = records(finding.Resources).length;
  if (resources === 0 || resources > 32) return `a finding has ${resources} resources, want 1 to 32.`;
  const size = Buffer.byteLength(JSON.stringify(finding));
  return size > 240 * 1024 ? `a finding has ${size} bytes, at most 240 KB.` : undefined;
};

/** The answer to `BatchImportFindings`, by finding. */
export const findingsTaken = ({ call: { input } }: Allowed): Taking => {
  const findings = records(input.Findings);
  const failed = findings.flatMap(finding => {
    const ErrorMessage = findingFault(finding);
    return ErrorMessage === undefined ? [] : [{ finding, Id: finding.Id, ErrorCode: 'InvalidInput', ErrorMessage }];
  });
  const refused = new Set(failed.map(({ finding }) => finding));
  return {
    taken: findings.filter(finding => !refused.has(finding)),
    answer: jsonAnswer({
      ...{ FailedCount: failed.length, SuccessCount: findings.length - failed.length },
      FailedFindings: failed.map(({ finding: _, ...told }) => told),
    }),
  };
};
