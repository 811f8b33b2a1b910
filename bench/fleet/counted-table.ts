/** The finding table in memory, with the request units that DynamoDB would have charged. */
import { memoryTable } from '../../test/faults/table/memory-table.ts';

export interface TableUnits {
  requests: number;
  /** Read and write request units: 4 KB read consistently, half of that else; 1 KB written, in the table alone. */
  read: number;
  write: number;
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');
const consistent = (input: unknown): number =>
  typeof input === 'object' && input !== null && 'ConsistentRead' in input && input.ConsistentRead === true ? 1 : 0.5;

const answered = (result: unknown): Readonly<Record<string, unknown>> =>
  typeof result === 'object' && result !== null && 'output' in result ? { ...Object(result.output) } : {};

/** An empty table. Pages hold so many items that none is cut: DynamoDB cuts them at 1 MB. */
export const countedTable = () => {
  const units: TableUnits = { requests: 0, read: 0, write: 0 };
  const table = memoryTable(async (operation, perform, _error, input) => {
    units.requests += 1;
    const result = perform();
    const { Items, Item, Responses } = answered(result);
    const read = bytesOf(Items ?? Item ?? Responses ?? '');
    if (/Query|Get/.test(operation)) units.read += Math.max(1, Math.ceil(read / 4096)) * consistent(input);
    else units.write += Math.max(1, Math.ceil(bytesOf(input) / 1024));
    return result;
  }, 100_000);
  const bytes = (): number => [...table.items.values()].reduce((sum, item) => sum + bytesOf(item), 0);
  return { client: table.client, units, bytes };
};
