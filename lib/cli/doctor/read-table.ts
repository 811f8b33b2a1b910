import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { TableFacts } from '../../doctor/deployment.ts';
import type { SdkClientOptions } from '../../outbound/sdk-client-options.ts';
import { dynamodbClient } from '../../store/clients.ts';
import { compareText } from '../../text.ts';
import { readAll, type Whole } from './read-section.ts';

const keyShape = z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) });
const tableShape = z.object({
  GlobalSecondaryIndexes: z
    .array(z.object({ IndexName: z.string(), IndexStatus: z.string().optional(), KeySchema: z.array(keyShape) }))
    .default([]),
});
const timeToLiveShape = z.object({ TimeToLiveStatus: z.string(), AttributeName: z.string().optional() });

/** The indexes and the expiry of a table. Throws `CredentialsInvalid`. */
export const readTable = async (where: SdkClientOptions, TableName: string): Promise<Whole<TableFacts>> => {
  const client = dynamodbClient(where);
  const described = await readAll('dynamodb:DescribeTable', async () =>
    tableShape.parse((await client.send(new DescribeTableCommand({ TableName }))).Table),
  );
  if (described.status !== 'complete') return described;
  return readAll('dynamodb:DescribeTimeToLive', async () => {
    const answer = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    const { TimeToLiveStatus, AttributeName } = timeToLiveShape.parse(answer.TimeToLiveDescription);
    return {
      indexes: described.value.GlobalSecondaryIndexes.map(({ IndexName, IndexStatus, KeySchema }) => ({
        name: IndexName,
        active: IndexStatus === undefined || IndexStatus === 'ACTIVE',
        keys: KeySchema.toSorted((a, b) => compareText(a.KeyType, b.KeyType)).map(key => key.AttributeName),
      })),
      timeToLive: ['ENABLED', 'ENABLING'].includes(TimeToLiveStatus) ? AttributeName : undefined,
    };
  });
};
