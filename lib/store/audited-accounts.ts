/** The accounts of which something is known, in one collection: which of them is no longer audited is asked every run. */
import * as z from 'zod';
import { DocumentInvalid } from '../audit/errors.ts';
import type { AuditedAccount } from '../audit/ports.ts';
import { putAll, queryAll, type Table } from './table.ts';
import { updateIf } from './update.ts';

const collection = 'accounts';

const schema = z.object({
  accountId: z.string(),
  missingSince: z.exactOptional(z.string()),
  closedAt: z.exactOptional(z.string()),
});

/** Notes an account that is written for the first time. */
export const registerAccount = (table: Table, accountId: string): Promise<void> =>
  putAll(table, [{ pk: collection, sk: accountId, type: 'account', accountId }]);

/** All accounts that were ever written. Throws `DocumentInvalid`. */
export const auditedAccounts = async (table: Table): Promise<readonly AuditedAccount[]> => {
  const items = await queryAll(table, {
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': 'pk' },
    ExpressionAttributeValues: { ':pk': collection },
    ConsistentRead: true,
  });
  return items.map(item => {
    const parsed = schema.safeParse(item);
    if (!parsed.success) throw new DocumentInvalid(`item ${item.pk} ${item.sk} is not an account`);
    return parsed.data;
  });
};

/** Writes what is known of an account's absence: what is not given is taken away. */
export const noteAbsence = async (
  table: Table,
  { accountId, missingSince, closedAt }: AuditedAccount,
): Promise<void> => {
  const all = { missingSince, closedAt };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  await updateIf(table, {
    key: { pk: collection, sk: accountId },
    set: { type: 'account', accountId, ...Object.fromEntries(given) },
    remove: Object.keys(all).filter(name => !given.some(([known]) => known === name)),
    condition: 'attribute_exists(#pk)',
    values: {},
  });
};
