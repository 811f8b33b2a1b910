import { deploymentsIn } from '../../audit/contract.ts';
import { newerNote } from '../../audit/newer-note.ts';
import type { FindingQueries, Paged } from '../../audit/ports.ts';
import { dynamodbClient } from '../../store/clients.ts';
import { dynamodbFindingStore } from '../../store/dynamodb-finding-store.ts';
import { given } from '../../text.ts';
import { cloudFormationClient } from '../clients.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { userError } from '../shell/user-error.ts';

/** Where the findings of a deployed auditor lie. */
export interface TableOptions {
  readonly table?: string;
  readonly stack?: string;
  readonly region?: string | readonly string[];
  readonly profile?: string;
}

/** Nothing is written through these queries, so that the retention is never used. */
const unused = { resolvedDays: 1, historyDays: 1 };

/** The parts of the options that make SDK clients. */
export const clientOptionsOf = ({ region, profile }: Pick<TableOptions, 'region' | 'profile'>) => {
  const first = typeof region === 'string' ? region : region?.[0];
  return given({ region: first, profile });
};

/** Opens the table of a deployed auditor for reading: `--table`, or the output `TableName` of the stack. Throws
 *  `UsageError` where there is no such stack. */
export const openFindings = async (options: TableOptions): Promise<FindingQueries> => {
  const tableName = options.table ?? (await outputOf(options, 'TableName', '--table'));
  return dynamodbFindingStore({ client: dynamodbClient(clientOptionsOf(options)), tableName, retention: unused });
};

/** The name of the stack that `cdk deploy` makes from a configuration that names none. */
const defaultStack = 'irsa-auditor';

/** An output of the stack. Throws `UsageError` that says which option names the same thing. */
export const outputOf = async (
  { stack = defaultStack, ...options }: TableOptions,
  output: 'TableName' | 'BucketName',
  option: string,
): Promise<string> => {
  const what = output === 'TableName' ? 'table' : 'bucket';
  const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = await cloudFormationClient(clientOptionsOf(options));
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stack }));
    const found = deploymentsIn(Stacks[0]?.Outputs ?? []);
    const values = [...found.values()].flatMap(outputs => outputs[output] ?? []);
    if (values.length > 1)
      throw new UsageError(
        `the stack ${stack} has the auditors ${[...found.keys()].join(', ')}; name the ${what} with ${option}: ${values.join(' or ')}`,
      );
    if (values[0] !== undefined) return values[0];
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const plain = await userError(cause);
    if (plain !== cause) throw plain;
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : 'unknown';
    throw new UsageError(`the stack ${stack} cannot be read (${why}); name the ${what} with ${option}`, { cause });
  } finally {
    client.destroy();
  }
  throw new UsageError(`the stack ${stack} has no output ${output}; name the ${what} with ${option}`);
};

/** The same queries, which say once, beside the data, that a newer version wrote what an answer leaves out. */
export const tellNewer = (queries: FindingQueries, io: Pick<Io, 'stderr'>): FindingQueries => {
  let isTold = false;
  const tell = <T>(page: Paged<T>): Paged<T> => {
    if (page.newer !== undefined && !isTold) io.stderr.write(`${newerNote(page.newer, page.cursor)}\n`);
    isTold ||= page.newer !== undefined;
    return page;
  };
  return {
    ...queries,
    list: async (filter, page) => tell(await queries.list(filter, page)),
    history: async (id, page) => tell(await queries.history(id, page)),
    runs: async page => tell(await queries.runs(page)),
  };
};
