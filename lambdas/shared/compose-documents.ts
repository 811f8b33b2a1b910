import { dynamodbClient, s3Client } from '../../lib/store/clients.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { s3DocumentStore } from '../../lib/store/s3-document-store.ts';
import { s3PageStore } from '../../lib/store/s3-page-store.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { configuration, env } from './compose-configuration.ts';
import { once } from './once.ts';

/** The pages of runs, beside them. */
export const pages = /* @__PURE__ */ once(() =>
  s3PageStore({ client: s3Client({ region: env().region }), bucket: env().bucket, toolVersion: packageJson.version }),
);

/** The documents of runs, in the stack's bucket. */
export const documents = /* @__PURE__ */ once(() =>
  s3DocumentStore({ client: s3Client({ region: env().region }), bucket: env().bucket }),
);

/** Findings between runs, in the stack's table. */
export const findings = /* @__PURE__ */ once(() =>
  dynamodbFindingStore({
    client: dynamodbClient({ region: env().region }),
    tableName: env().table,
    retention: configuration().retention,
  }),
);
