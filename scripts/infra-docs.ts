/** The generated files of the infrastructure, by path: `npm run docs` writes them, a test compares. */
import * as z from 'zod';
import { configurationSchema } from '../lib/config/configuration.ts';
import { memberRoleTemplate } from '../lib/infra/member-role-template.ts';
import { constructPage } from './docs/construct-page.ts';
import { memberEventsTemplate } from './docs/member-events-template.ts';
import { permissionsPage } from './docs/permissions-page.ts';
import { terraformVariables } from './docs/terraform-variables.ts';

/** The JSON schema of `irsa-auditor.config.json`, for editors: what may be written, before defaults are filled in. */
const configurationJsonSchema = () => ({
  ...z.toJSONSchema(configurationSchema, { io: 'input', target: 'draft-7' }),
  title: 'irsa-auditor.config.json',
});

/** Text by path. */
export const infraDocs = (): Readonly<Record<string, string>> => {
  const schema = JSON.stringify(configurationJsonSchema(), null, 2);
  return {
    'docs/member-role.yaml': memberRoleTemplate(),
    'docs/member-events.yaml': memberEventsTemplate(),
    'docs/permissions.md': permissionsPage(),
    'docs/schema/config.json': `${schema}\n`,
    'docs/construct.md': constructPage(JSON.parse(schema)),
    'terraform/configuration.tf': terraformVariables(JSON.parse(schema)),
  };
};
