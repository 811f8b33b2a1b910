/** Findings in brief, and their sentences apart from the worlds that they are said of. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Finding } from '../../../lib/model/finding.ts';
import { isAct, type Step } from '../../../lib/model/step.ts';
import { compareText } from '../../../lib/text/compare-text.ts';
import { readSections } from '../differences.ts';
import { wholeAtEnd } from './whole.ts';

const kindOf = (step: Step): string => (isAct(step) ? step.change.kind : `look ${step.look.kind}`);

/** The kinds of the steps of a fix: `trust-policy + restart or association`. */
const stepsOf = ({ fix: { steps, alternatives = [] } }: Finding): string =>
  [steps ?? [], ...alternatives.map(other => other.steps)]
    .map(some => some.map(kindOf).join(' + ') || 'no step')
    .join(' or ');

/** Severity, rule, message and the kinds of steps. */
export const inBrief = (finding: Finding): string =>
  [finding.severity, finding.ruleId, finding.messageId, `(${stepsOf(finding)})`].join(' ');

/** All strings of a value. */
const stringsOf = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
};

/** The values of a finding that sentences are filled with, the longest first. */
const valuesOf = ({ data, evidence, fix: _fix, ...rest }: Finding): readonly string[] => {
  const names = stringsOf([data, rest.subject, rest.clusterName, rest.namespace, rest.serviceAccount, rest.roleArn]);
  const all = [...names, ...stringsOf(evidence.map(one => one.data))].flatMap(text => [text, ...text.split(/[/:]/)]);
  return [...new Set(all)].filter(text => text.length > 2).sort((a, b) => b.length - a.length);
};

const isWord = /^[(“‘]?[A-Za-z][a-z]*(?:[-’][a-z]+)*[)”’]?[.,;:?!]*$/;

/** A sentence without the values that it is filled with: `{}` stands for each. */
const bare = (text: string, values: readonly string[]): string =>
  values
    .reduce((bared, value) => (isWord.test(value) ? bared : bared.replaceAll(value, '{}')), text)
    .replaceAll(/"[^"]*"|`[^`]*`/g, '{}')
    .split(/\s+/)
    .map(word =>
      isWord.test(word) && !values.includes(word.replace(/[.,;:?!]+$/, ''))
        ? word
        : word.replace(/^.*?([.,;:?!]*)$/, '{}$1'),
    )
    .join(' ')
    .replaceAll(/\{\}(?:,? (?:and |or )?\{\})+/g, '{}');

/** What a finding says beside its message, which the catalog has: its fix, its evidence, by what each sentence is for. */
const sentencesOf = (finding: Finding): readonly string[] => {
  const values = valuesOf(finding);
  const { summary, choice, terraform, cdk, alternatives = [], managers = [] } = finding.fix;
  const said = {
    fix: [summary],
    choice: [choice],
    other: alternatives.map(other => other.summary),
    'choice of other': alternatives.map(other => other.choice),
    terraform: [terraform?.split('\n')[0]],
    cdk: [cdk?.split('\n')[0]],
    managers: managers.map(manager => manager.tool),
    evidence: finding.evidence.map(one => one.what),
    got: finding.evidence.map(one => one.got),
    wanted: finding.evidence.map(one => one.wanted),
    'read from': finding.evidence.map(one => one.readFrom),
    'pod says': [finding.podError],
  };
  return Object.entries(said).flatMap(([name, texts]) =>
    texts.flatMap(text => (text === undefined ? [] : [`${name}: ${bare(text, values)}`])),
  );
};

/** By rule each sentence, with how often it was said. */
const said = new Map<string, Map<string, number>>();

const add = (ruleId: string, sentence: string): void => {
  const of = said.get(ruleId) ?? new Map<string, number>();
  said.set(ruleId, of.set(sentence, (of.get(sentence) ?? 0) + 1));
};

/** Keeps the sentences of findings and of what is undecided for the end of the file. */
export const keepSentences = (
  findings: readonly Finding[],
  undecided: readonly { readonly ruleId: string; readonly missing: string }[],
): void => {
  for (const finding of findings) for (const sentence of sentencesOf(finding)) add(finding.ruleId, sentence);
  for (const { ruleId, missing } of undecided) add(ruleId, `undecided: ${bare(missing, [])}`);
};

/** The sentences of a rule that the file of its own test has: they are told there alone. */
const ownSentences = (ruleId: string): ReadonlySet<string> => {
  const groups = 'test/golden/whole/rules';
  const own = readdirSync(groups)
    .map(group => `${groups}/${group}/${ruleId}.txt`)
    .find(path => existsSync(path));
  const told = own === undefined ? '' : (readSections(readFileSync(own, 'utf8')).get('sentences') ?? '');
  return new Set(told.split('\n').map(line => line.replace(/^ *\d+ /, '')));
};

// The file of a rule's own test has the sentences of that rule; any other file those that no such file has.
wholeAtEnd(path => {
  const [own = ''] = basename(path).split('.');
  const isOwn = existsSync(`lib/rules/${basename(dirname(path))}/${own}.ts`);
  const told = [...said]
    .filter(([ruleId]) => !isOwn || ruleId === own)
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([ruleId, sentences]) => {
      const elsewhere = basename(path) === `${ruleId}.txt` ? new Set<string>() : ownSentences(ruleId);
      return [...sentences]
        .filter(([sentence]) => !elsewhere.has(sentence))
        .sort(([a], [b]) => compareText(a, b))
        .map(([sentence, count]) => ({ ruleId, sentence, count }));
    });
  // A sentence that many rules share is told once, with the rules: a change of it is one line.
  const shared = [...Map.groupBy(told, ({ sentence }) => sentence)].filter(([, by]) => by.length > 2);
  const once = new Set(shared.map(([sentence]) => sentence));
  return [
    ...shared.map(([sentence, by]) => `${sentence}: ${by.map(({ ruleId, count }) => `${count} ${ruleId}`).join(', ')}`),
    ...[...Map.groupBy(told, ({ ruleId }) => ruleId)].flatMap(([ruleId, of]) => {
      const lines = of.filter(({ sentence }) => !once.has(sentence));
      return lines.length === 0 ? [] : [ruleId, ...lines.map(({ sentence, count }) => `  ${count} ${sentence}`)];
    }),
  ];
});
