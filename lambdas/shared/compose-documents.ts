import { s3Client } from '../../lib/store/clients.ts';
import { s3DocumentStore } from '../../lib/store/s3-document-store.ts';
import { env } from './compose-configuration.ts';
import { once } from './once.ts';

/** The documents of runs, in the stack's bucket. */
export const documents = /* @__PURE__ */ once(() =>
  s3DocumentStore({ client: s3Client({ region: env().region }), bucket: env().bucket }),
);
