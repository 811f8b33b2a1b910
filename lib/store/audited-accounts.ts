/** The accounts of which something is known, in one collection: which of them is no longer audited is asked every run. */
import * as z from 'zod';
import type { AuditedAccount } from '../audit/ports.ts';
import { DocumentInvalid } from '../kit/errors.ts';
import { isOfNewerVersion } from './item-version.ts';
import { queryAll, type Table } from './table.ts';
import { type ConditionalUpdate, updateIf } from './update.ts';

const collection = 'accounts';

const schema = z.object({
  accountId: z.string(),
  missingSince: z.exactOptional(z.string()),
  closedAt: z.exactOptional(z.string()),
});

/** Notes an account that is written for the first time, or is audited again. */
export const registerAccount = (table: Table, accountId: string): Promise<void> =>
  writeAccount(table, { accountId }, {});

/** All accounts that were ever written. Of one that a newer version wrote only the id is known, and nothing is written over
 *  it: it is never closed. Throws `DocumentInvalid`. */
export const auditedAccounts = async (table: Table): Promise<readonly AuditedAccount[]> => {
  const items = await queryAll(table, {
    KeyConditionExpression: '#pk = :pk',
    ExpressionAttributeNames: { '#pk': 'pk' },
    ExpressionAttributeValues: { ':pk': collection },
    ConsistentRead: true,
  });
  return items.flatMap(item => {
    if (isOfNewerVersion(item)) return item.type === 'account' ? [{ accountId: String(item.sk) }] : [];
    const parsed = schema.safeParse(item);
    if (!parsed.success) throw new DocumentInvalid(`item ${item.pk} ${item.sk} is not an account`);
    return parsed.data;
  });
};

/** Writes what is known of an account's absence: what is not given is taken away. */
export const noteAbsence = (table: Table, account: AuditedAccount): Promise<void> =>
  writeAccount(table, account, { condition: 'attribute_exists(#pk)' });

const writeAccount = async (
  table: Table,
  { accountId, missingSince, closedAt }: AuditedAccount,
  only: Pick<ConditionalUpdate, 'condition'>,
): Promise<void> => {
  const all = { missingSince, closedAt };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  await updateIf(table, {
    kind: 'account',
    key: { pk: collection, sk: accountId },
    set: { accountId, ...Object.fromEntries(given) },
    remove: Object.keys(all).filter(name => !given.some(([known]) => known === name)),
    ...only,
    values: {},
  });
};
