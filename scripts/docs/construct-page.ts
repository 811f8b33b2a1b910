/** docs/construct.md: the construct for CDK apps, made from its declarations and from the schema of the configuration. */
import { readFileSync } from 'node:fs';
import { constructDeclarations, type Schema } from '../construct-types.ts';

const introduction = `# The construct

The package exports a construct for AWS CDK apps (TypeScript, JavaScript). It needs \`aws-cdk-lib\`, \`constructs\` and Node.js 22.15 or later. The
Lambda functions are in the package, bundled. \`npm run docs\` makes this page from the types of the construct.`;

/** The page. */
export const constructPage = (schema: Schema): string => {
  const declarations = constructDeclarations();
  const [fields, options] = ['interface IrsaAuditorProps', 'interface OnFindingOptions'].map(name =>
    membersOf(declarations, name),
  );
  const members = membersOf(declarations, 'class IrsaAuditor').filter(
    ({ signature }) => !/^(private|constructor)/.test(signature),
  );
  const isMethod = ({ signature }: Member): boolean => signature.includes('(');
  return `${introduction}

\`\`\`ts
${readFileSync('docs/example-app/app.ts', 'utf8').trimEnd()}
\`\`\`

## Properties of IrsaAuditorProps

${tableOf('property', fields ?? [])}

### Parts of your app

Parts of your app keep their tags, and the auditor changes no policy of a topic. The policy of a key or a log bucket gets statements only if
the same app makes it (\`cdk synth\` warns otherwise). The policy of a key of another app must allow

| service | actions | for |
| --- | --- | --- |
| \`logs.REGION.amazonaws.com\` | \`kms:Encrypt*\`, \`kms:Decrypt*\`, \`kms:ReEncrypt*\`, \`kms:GenerateDataKey*\`, \`kms:Describe*\` | the logs |
| \`cloudwatch.amazonaws.com\` | \`kms:GenerateDataKey*\`, \`kms:Decrypt\` | alarms to the topic |
| \`events.amazonaws.com\` | \`kms:GenerateDataKey\`, \`kms:Decrypt\` | the queues |
| the account, by its IAM policies | all that a key allows by default | the functions |

A topic with a policy of its own must let \`cloudwatch.amazonaws.com\` publish alarms; \`irsa-auditor doctor\` tells whether it does.

## Members of IrsaAuditor

${tableOf(
  'member',
  members.filter(each => !isMethod(each)),
)}

## Methods of IrsaAuditor

${members.filter(isMethod).map(methodText).join('\n\n')}

\`OnFindingOptions\` has the fields of \`OnEventOptions\` of aws-cdk-lib (\`target\`, \`ruleName\` and so on), and:

${tableOf('option', options ?? [])}

## Keys of the configuration

The type is \`IrsaAuditorConfiguration\`; [config.json](schema/config.json) is its JSON schema. A key with a default may be left out.

| key | default | about |
| --- | --- | --- |
${keysOf(schema).join('\n')}
`;
};

interface Member {
  readonly signature: string;
  readonly about: string;
  readonly byDefault: string;
}

/** The members of an interface or class with their comments. Throws if there is none: a page without members says nothing. */
const membersOf = (declarations: string, name: string): readonly Member[] => {
  const [, body = ''] = new RegExp(`${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(declarations) ?? [];
  const found = [...body.matchAll(/(?:\/\*\*([\s\S]*?)\*\/\s*)?^ {4}(\w.*);$/gm)].map(
    ([, comment = '', signature = '']) => {
      const [about = '', byDefault = ''] = comment
        .replace(/\s*\n\s*\*\s*/g, ' ')
        .trim()
        .split(/\s*@default\s+(?:- )?/);
      return { signature: signature.replace('readonly ', ''), about, byDefault };
    },
  );
  if (found.length === 0) throw new Error(`${name} of bin/construct.ts has no members`);
  return found;
};

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (text: string): string => `\`${text}\``;

const tableOf = (heading: string, members: readonly Member[]): string =>
  [
    `| ${heading} | type | about | default |`,
    '| --- | --- | --- | --- |',
    ...members.map(({ signature, about, byDefault }) => {
      const [name = '', type = ''] = signature.split(/\??: (.*)/);
      const wanted = heading === 'property' && !signature.includes('?:') ? 'required' : '';
      const typed = type.replace('z.input<typeof configurationSchema>', 'IrsaAuditorConfiguration');
      return `| ${code(name)} | ${code(cell(typed))} | ${cell(about)} | ${cell(byDefault) || wanted} |`;
    }),
  ]
    .map(line => (heading === 'member' ? line.replace(/ [^|]*\|$/, '').trimEnd() : line))
    .join('\n');

const methodText = ({ signature, about }: Member): string => `**${code(signature)}**  \n${about}`;

/** A row for each key and each key below it; those of an array's items stand in the JSON schema alone. */
const keysOf = ({ properties = {} }: Schema, before = ''): readonly string[] =>
  Object.entries(properties).flatMap(([name, field]) => {
    if (name === '$schema') return [];
    const key = `${before}${name}`;
    const isGroup = field.properties !== undefined;
    const byDefault = field.default === undefined || isGroup ? '' : code(cell(JSON.stringify(field.default)));
    return [`| ${code(key)} | ${byDefault} | ${cell(field.description ?? '')} |`, ...keysOf(field, `${key}.`)];
  });
