import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { asService } from '../kit/classify-error.ts';
import { type ItemKind, isOfThisVersion, stampOf } from './item-version.ts';
import type { Item, ItemKey, Table } from './table.ts';

/** One conditional write of one item: attributes to set, to remove, and a list that grows by one. */
export interface ConditionalUpdate {
  readonly kind: ItemKind;
  readonly key: ItemKey;
  readonly set: Item;
  readonly remove: readonly string[];
  readonly append?: { readonly list: string; readonly element: Item };
  /** Placeholders: `#name` for any attribute of that name, and the values given here as `:value`. None: it is written
   *  whatever stands there. */
  readonly condition?: string;
  readonly values: Item;
}

/** Writes an item where its condition holds, and never over one of a newer version. False where it does not: another run
 *  wrote it, or this one did before a lost answer; `readItem` tells which. */
export const updateIf = async ({ client, name }: Table, update: ConditionalUpdate): Promise<boolean> => {
  const { kind, key, remove, append, values } = update;
  const set: Item = { ...update.set, ...stampOf(kind) };
  // A right that is held says until when: in every version, so that none is held for ever.
  const all = [update.condition, ...(kind === 'lease' ? [] : [isOfThisVersion])].filter(part => part !== undefined);
  const condition = all.map(part => `(${part})`).join(' AND ');
  const names = new Set([...Object.keys(set), ...remove, ...(append === undefined ? [] : [append.list])]);
  for (const [, used] of condition.matchAll(/#(\w+)/g)) if (used !== undefined) names.add(used);
  const sets = Object.keys(set).map(attribute => `#${attribute} = :set_${attribute}`);
  if (append !== undefined) sets.push(`#${append.list} = list_append(if_not_exists(#${append.list}, :none), :more)`);
  const expression = [
    `SET ${sets.join(', ')}`,
    ...(remove.length > 0 ? [`REMOVE ${remove.map(attribute => `#${attribute}`).join(', ')}`] : []),
  ].join(' ');
  const command = new UpdateCommand({
    TableName: name,
    Key: { pk: key.pk, sk: key.sk },
    UpdateExpression: expression,
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries([...names].map(attribute => [`#${attribute}`, attribute])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(set).map(([attribute, value]) => [`:set_${attribute}`, value])),
      ...(append === undefined ? {} : { ':none': [], ':more': [append.element] }),
      ...Object.fromEntries(Object.entries(values).map(([value, content]) => [`:${value}`, content])),
    },
  });
  try {
    await asService('write to the table', () => client.send(command));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
};

/** One item, read consistently. */
export const readItem = async ({ client, name }: Table, { pk, sk }: ItemKey): Promise<Item | undefined> =>
  (
    await asService('read the table', () =>
      client.send(new GetCommand({ TableName: name, Key: { pk, sk }, ConsistentRead: true })),
    )
  ).Item;
