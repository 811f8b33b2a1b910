/** The generated files of the infrastructure, by path: `npm run docs` writes them, a test compares. */
import * as z from 'zod';
import { configurationSchema } from '../lib/config/configuration.ts';
import { memberEventsTemplate } from './docs/member-events-template.ts';
import { memberRoleTemplate } from './docs/member-role-template.ts';
import { permissionsPage } from './docs/permissions-page.ts';

/** The JSON schema of `irsa-auditor.config.json`, for editors: what may be written, before defaults are filled in. */
const configurationJsonSchema = (): string => {
  const schema = z.toJSONSchema(configurationSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ ...schema, title: 'irsa-auditor.config.json' }, null, 2)}\n`;
};

/** Text by path. */
export const infraDocs = (): Readonly<Record<string, string>> => ({
  'docs/member-role.yaml': memberRoleTemplate(),
  'docs/member-events.yaml': memberEventsTemplate(),
  'docs/permissions.md': permissionsPage(),
  'docs/schema/config.json': configurationJsonSchema(),
});
