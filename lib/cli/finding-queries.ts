import type { FindingQueries } from '../audit/ports.ts';
import { dynamodbClient } from '../store/clients.ts';
import { dynamodbFindingStore } from '../store/dynamodb-finding-store.ts';
import { cloudFormationClient } from './clients.ts';
import { UsageError } from './io.ts';

/** Where the findings of a deployed auditor lie. */
export interface TableOptions {
  readonly table?: string;
  readonly stack?: string;
  readonly region?: string | readonly string[];
  readonly profile?: string;
}

/** Nothing is written through these queries, so that the retention is never used. */
const unused = { resolvedDays: 1, historyDays: 1 };

/** Opens the table of a deployed auditor for reading: `--table`, or the output `TableName` of the stack. Throws
 *  `UsageError` where there is no such stack. */
export const openFindings = async (options: TableOptions): Promise<FindingQueries> => {
  const region = typeof options.region === 'string' ? options.region : options.region?.[0];
  const where = {
    ...(region === undefined ? {} : { region }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
  };
  const tableName = await tableNameOf(options, where);
  return dynamodbFindingStore({ client: dynamodbClient(where), tableName, retention: unused });
};

/** The name of the stack that `cdk deploy` makes from a configuration that names none. */
const defaultStack = 'irsa-auditor';

const tableNameOf = async (
  { table, stack = defaultStack }: TableOptions,
  where: Pick<TableOptions, 'profile'> & { readonly region?: string },
): Promise<string> => {
  if (table !== undefined) return table;
  const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = await cloudFormationClient(where);
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const name = Stacks[0]?.Outputs?.find(output => output.OutputKey === 'TableName')?.OutputValue;
    if (name !== undefined) return name;
  } catch (cause) {
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : 'unknown';
    throw new UsageError(`the stack ${stack} cannot be read (${why}); name the table with --table`, { cause });
  } finally {
    client.destroy();
  }
  throw new UsageError(`the stack ${stack} has no output TableName; name the table with --table`);
};
