/** The table of actions, read when it is first wanted: it is large. */
import { gunzipSync } from 'node:zlib';
import { type ActionTable, parseActionTable } from '../../reach/action-table.ts';

/** Loads the table. */
export const actionTable = async (): Promise<ActionTable> => {
  const { actionTableGzip } = await import('./action-table.generated.ts');
  return parseActionTable(gunzipSync(Buffer.from(actionTableGzip, 'base64')).toString('utf8'));
};
