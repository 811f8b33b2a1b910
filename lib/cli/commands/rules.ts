import { Command, Option } from 'commander';
import { renderRule } from '../../explain/render-explanation.ts';
import { atLeast } from '../../model.ts';
import { paint, severityBadge, type TextStyle } from '../../report/text-layout.ts';
import { catalog, groupOf } from '../../rules/catalog.ts';
import type { AnyRule } from '../../rules/define-rule.ts';
import { given, safeJson } from '../../text.ts';
import { type QuestionOptions, withQuestions } from '../report/asked-report.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { jsonAnswer } from '../shell/json-answer.ts';
import { ruleNamed } from '../shell/rule-named.ts';
import { styleOf } from '../shell/style.ts';

interface Options extends Pick<QuestionOptions, 'rule' | 'impact' | 'minSeverity'> {
  readonly format: 'table' | 'json';
  readonly json?: boolean;
}

const examples = `
Examples:
  $ irsa-auditor rules                      every rule in one line
  $ irsa-auditor rules trust-any-subject    one rule in full
  $ irsa-auditor rules --impact exposes --min-severity high
  $ irsa-auditor rules --format json

A finding may be milder or graver than the usual severity of its rule.`;

/** `irsa-auditor rules`: the catalogue. */
export const rulesCommand = (io: Io): Command =>
  withQuestions(new Command('rules'), ['rule', 'impact', 'minSeverity'])
    .argument('[id]', 'show this rule in full')
    .addOption(new Option('-o, --format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .option('--json', 'short for --format json')
    .addHelpText('after', examples)
    .action((id: string | undefined, options: Options) => {
      const asJson = options.json === true || options.format === 'json';
      const rule = id === undefined ? undefined : ruleNamed(id, 'rules');
      if (rule !== undefined && (options.rule ?? options.impact ?? options.minSeverity) !== undefined)
        throw new UsageError('rules: got an id and a filter, wanted one of the two');
      const asked = catalog.filter(one => isAsked(one, options));
      const style = styleOf(io);
      if (asJson)
        io.stdout.write(rule === undefined ? `${safeJson(asked.map(ruleJson), 2)}\n` : jsonAnswer(ruleJson(rule)));
      else io.stdout.write(rule === undefined ? table(asked, style) : renderRule(rule, style));
      io.exit(0);
    });

const isAsked = ({ id, impact, severity }: AnyRule, asked: Options): boolean =>
  (asked.rule?.includes(id) ?? true) &&
  (asked.impact ?? impact) === impact &&
  atLeast(severity, asked.minSeverity ?? severity);

/** The published form of a rule: everything but its code and its texts. */
export const ruleJson = (rule: AnyRule) => ({
  id: rule.id,
  ...given({ group: groupOf(rule) }),
  kind: rule.kind,
  impact: rule.impact,
  severity: rule.severity,
  ...given({ articleStep: rule.articleStep }),
  title: rule.title,
  fault: rule.fault,
  needs: rule.needs,
  docs: { why: rule.why, fix: rule.fix, references: rule.references },
});

const table = (rules: readonly AnyRule[], style: TextStyle): string => {
  const longest = Math.max(0, ...rules.map(rule => rule.id.length));
  return rules
    .map(
      rule =>
        `${severityBadge(style, rule.severity)} ${paint(style, 'bold', rule.id.padEnd(longest))}  ${rule.impact.padEnd(8)}  ${rule.fault}\n`,
    )
    .join('');
};
