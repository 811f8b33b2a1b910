import { counted } from '../text.ts';
import { type Check, checkWhereRead, deployAgain, failedCheck, ok } from './verdict.ts';

/** Whether the table has the indexes and the expiry that this version needs. */
export const table: Check = {
  id: 'table',
  of: ({ table: read, wantedTable }) =>
    checkWhereRead(read, ({ indexes, timeToLive }) => {
      const byName = new Map(indexes.map(index => [index.name, index]));
      const lines = wantedTable.indexes.flatMap(({ name, partitionKey, sortKey }) => {
        const found = byName.get(name);
        if (found === undefined) return [failedCheck(`there is no index ${name}`, deployAgain)];
        const keys = `${partitionKey}, ${sortKey}`;
        if (found.keys.join(', ') !== keys)
          return [
            failedCheck(`index ${name} has the keys ${found.keys.join(', ')}, wanted ${keys}`, restoreIndex(name)),
          ];
        return found.active ? [] : [failedCheck(`index ${name} is not ready`, 'Wait until DynamoDB has built it.')];
      });
      const expiry =
        timeToLive === wantedTable.timeToLive
          ? []
          : [
              failedCheck(
                `items expire by ${timeToLive ?? 'no attribute'}, wanted ${wantedTable.timeToLive}`,
                `In the DynamoDB console set the time to live of the table to ${wantedTable.timeToLive}.`,
              ),
            ];
      const wrong = [...lines, ...expiry];
      return wrong.length > 0
        ? wrong
        : ok(`${counted(wantedTable.indexes.length, 'index', 'indexes')} and the expiry of items`);
    }),
};

const restoreIndex = (name: string): string => `Delete the index ${name} in the DynamoDB console, then deploy again.`;
