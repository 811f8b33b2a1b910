import { articleSteps } from '../../lib/model.ts';
import { waysInWords } from '../../lib/plan/chosen-fix.ts';
import { codeFormsOf } from '../../lib/plan/code-forms.ts';
import { codeBlock } from '../../lib/report/formats/markdown.ts';
import { catalog, rulesByGroup } from '../../lib/rules/catalog.ts';
import type { AnyRule } from '../../lib/rules/define-rule.ts';
import { examplesOf } from '../../test/support/rule-examples.ts';
import { type ShownExample, showExample } from './example-text.ts';

const generated = '<!-- Generated from the rule by `npm run docs`: change the rule, not this page. -->';

/** The page of one rule: why, healthy and broken example with what is said of them, fix, sources. */
export const rulePage = (rule: AnyRule): string => {
  const examples = examplesOf(rule);
  return [
    generated,
    '',
    `# ${rule.id}`,
    '',
    `**${prose(rule.fault)}.** Healthy: ${prose(rule.title)}.`.replaceAll('..', '.'),
    '',
    '| impact | usual severity | looks at | step of the AWS article | reads |',
    '| --- | --- | --- | --- | --- |',
    `| ${rule.impact} | ${rule.severity} | ${rule.kind} | ${stepOf(rule)} | ${rule.needs.join(', ') || 'clusters'} |`,
    '',
    '## Why it matters',
    '',
    prose(rule.why),
    '',
    '## Healthy',
    '',
    ...exampleLines(showExample(rule, examples.pass)),
    '## Broken',
    '',
    ...exampleLines(showExample(rule, examples.fail)),
    ...(examples.unknown === undefined
      ? []
      : [
          '## Not decided',
          '',
          `${sentence(examples.unknown.title)} The rule says what is missing; it neither passes nor resolves anything.`,
          '',
        ]),
    '## How to fix it',
    '',
    prose(rule.fix),
    '',
    '## Sources',
    '',
    ...rule.references.map(reference => `- ${linked(reference)}`),
    '',
  ].join('\n');
};

/** Placeholders in angle brackets are text, and so are stars, outside of code. */
const prose = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replace(/[<>]/g, mark => (mark === '<' ? '&lt;' : '&gt;')).replaceAll('*', '\\*'),
    )
    .join('');

const sentence = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

const stepOf = (rule: AnyRule): string =>
  rule.articleStep === undefined ? '' : `${articleSteps.indexOf(rule.articleStep) + 1}: ${rule.articleStep}`;

const exampleLines = ({ title, facts, findings }: ShownExample): readonly string[] => [
  sentence(title),
  '',
  codeBlock(facts, 'json'),
  '',
  ...findings.flatMap(finding => [
    `> **${finding.severity}**: ${prose(finding.message.replaceAll('\n', ' '))}`,
    '',
    ...(finding.podError === undefined ? [] : ['A pod logs:', '', codeBlock(finding.podError, 'text'), '']),
    prose(finding.fix.summary),
    '',
    ...(finding.fix.choice === undefined ? [] : [`Choose first: ${prose(finding.fix.choice)}`, '']),
    ...waysInWords(finding.fix).flatMap(way => [`- \`irsa-auditor fix ID ${prose(way).replace(': ', '`: ')}`]),
    ...(waysInWords(finding.fix).length === 0 ? [] : ['']),
    ...(finding.fix.commands.length === 0 ? [] : [codeBlock(finding.fix.commands.join('\n'), 'sh'), '']),
    ...codeFormsOf(finding.fix).flatMap(({ language, code }) => [
      `${language}:`,
      '',
      codeBlock(code, marks[language] ?? 'yaml'),
      '',
    ]),
  ]),
];

/** How a code block is marked; the other languages are YAML. */
const marks: Readonly<Record<string, string>> = { Terraform: 'hcl', CDK: 'ts' };

/** References to this repository's facts become links. */
const linked = (reference: string): string => {
  if (/^https:\/\/\S+$/.test(reference)) return `<${reference}>`;
  return reference.replace(/^docs\/facts\.md/, '[docs/facts.md](../facts.md)');
};

/** The table of all rules. */
export const rulesIndex = (): string =>
  [
    generated,
    '',
    '# Rules',
    '',
    `${catalog.length} rules. A rule answers pass, fail, n/a or unknown; unknown never becomes a pass. \`irsa-auditor explain <id>\` shows the same in a terminal.`,
    '',
    ...Object.entries(rulesByGroup).flatMap(([group, rules]) => [
      `## ${group}`,
      '',
      '| rule | impact | severity | fault | step |',
      '| --- | --- | --- | --- | --- |',
      ...rules.map(
        rule =>
          `| [${rule.id}](${rule.id}.md) | ${rule.impact} | ${rule.severity} | ${prose(rule.fault).replaceAll('|', '\\|')} | ${stepOf(rule)} |`,
      ),
      '',
    ]),
  ].join('\n');
