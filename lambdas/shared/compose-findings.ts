import { dynamodbClient } from '../../lib/store/clients.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { configuration, env } from './compose-configuration.ts';
import { once } from './once.ts';

/** Findings between runs, in the stack's table. */
export const findings = /* @__PURE__ */ once(() =>
  dynamodbFindingStore({
    client: dynamodbClient({ region: env().region }),
    tableName: env().table,
    retention: configuration().retention,
  }),
);
