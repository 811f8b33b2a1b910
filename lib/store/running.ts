/** Which run is going on: there is one at a time. */
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { longestRunMinutes } from '../audit/contract.ts';
import { asService } from '../audit/service-errors.ts';
import type { ItemKey, Table } from './table.ts';
import { readItem, updateIf } from './update.ts';

const lease: ItemKey = { pk: 'running', sk: 'lease' };

/** Notes that a run goes on, at `at` (ISO 8601), for as long as a run may last. Answers the id of another run that does;
 *  undefined where there is none. A repeat of the same run goes on. */
export const claimRun = async (table: Table, runId: string, at: string): Promise<string | undefined> => {
  const taken = await updateIf(table, {
    key: lease,
    set: { type: 'lease', holder: runId, until: new Date(Date.parse(at) + longestRunMinutes * 60_000).toISOString() },
    remove: [],
    condition: 'attribute_not_exists(#pk) OR #holder = :me OR #until < :now',
    values: { me: runId, now: new Date(Date.parse(at)).toISOString() },
  });
  if (taken) return undefined;
  const other = await readItem(table, lease);
  return typeof other?.holder === 'string' ? other.holder : 'that has just ended';
};

/** Notes that a run is over; that of another one is left as it is. */
export const releaseRun = async ({ client, name }: Table, runId: string): Promise<void> => {
  const command = new DeleteCommand({
    TableName: name,
    Key: lease,
    ConditionExpression: '#holder = :me',
    ExpressionAttributeNames: { '#holder': 'holder' },
    ExpressionAttributeValues: { ':me': runId },
  });
  try {
    await asService('note that a run is over', () => client.send(command));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error;
  }
};
