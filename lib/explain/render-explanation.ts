import type { Finding } from '../model/finding.ts';
import { evidenceLines, fixLines, foldedLines } from '../report/overview/text.ts';
import { labelled, paint, severityBadge, type TextStyle, wrap } from '../report/text-layout.ts';
import type { AnyRule } from '../rules/define-rule.ts';
import { visible } from '../text/visible-text.ts';
import type { DecidedCause } from './decide-causes.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { MessageExplanation, MessageFacts } from './explain-message.ts';
import type { KnownMessage } from './known-message.ts';

/** A pasted message, explained for a terminal. `ruleOf` looks up the titles of rules. `decided`: its causes, each with what was
 *  read about it, in the order to check them. */
export const renderMessage = (
  explanation: MessageExplanation,
  ruleOf: (id: string) => AnyRule | undefined,
  style: TextStyle,
  decided?: readonly DecidedCause[],
): string => {
  const lines = explanation.known
    ? [
        ...messageLines(explanation, ruleOf, style, decided),
        ...explanation.also.flatMap(message => [
          '',
          `Also in the text: ${visible(message.sample)}`,
          ...wrap(message.says, style.width),
        ]),
      ]
    : explanation.elsewhere
      ? elsewhereLines(explanation.elsewhere, style)
      : unknownLines(explanation.nearest, style);
  return [...lines, ...factLines(explanation.facts), ''].join('\n');
};

/** This many causes have the titles of their rules. With all of them, what to check first gets lost. */
const withTitles = 3;

const messageLines = (
  { message, decided: isDecided }: MessageExplanation & { readonly known: true },
  ruleOf: (id: string) => AnyRule | undefined,
  style: TextStyle,
  decided: readonly DecidedCause[] = message.causes.map(cause => ({
    cause,
    state: 'not-audited',
    findings: [],
    missing: [],
  })),
): readonly string[] => [
  paint(style, 'bold', visible(message.sample)),
  ...(isDecided || decided.some(({ state }) => state === 'found' || state === 'fits')
    ? []
    : wrap(undecided(message.causes.length), style.width)),
  '',
  ...wrap(message.says, style.width),
  ...(message.transient === true ? ['', 'It can pass by itself. Look further only if it stays.'] : []),
  '',
  paint(style, 'bold', 'Check these, in this order'),
  ...decided.flatMap(({ cause, ...here }, index) => [
    ...numbered(index + 1, cause.text, style),
    ...(cause.seen ?? []).flatMap(says => labelled('', wrap(`In the text: ${says}.`, style.width - 7), 7)),
    ...hereLines(here, style),
    ...ruleLines(
      cause.rules.map(ruleOf).filter(rule => rule !== undefined),
      index < withTitles,
      style,
    ),
    ...(cause.tell === undefined ? [] : labelled('', wrap(`To tell: ${cause.tell}`, style.width - 7), 7)),
  ]),
  ...(message.unconfirmed === undefined ? [] : ['', ...wrap(`Not certain: ${message.unconfirmed}`, style.width)]),
];

/** A text without a sign for one cause sounds as if the first were certain. */
const undecided = (causes: number): string =>
  `${causes} causes fit, and the text decides for none. The first is the most frequent.`;

/** A cause with its place; a place of two digits has its space too. */
const numbered = (place: number, text: string, style: TextStyle): readonly string[] => {
  const label = `  ${place}. `;
  return labelled(label, wrap(text, style.width - label.length), label.length);
};

/** The rules of a cause: each with its title, or their names alone. */
const ruleLines = (rules: readonly AnyRule[], titled: boolean, style: TextStyle): readonly string[] => {
  if (titled)
    return rules.map(({ id, title }) => `       ${paint(style, 'command', id)}  ${paint(style, 'dim', title)}`);
  return rules.length === 0
    ? []
    : labelled('', wrap(`Rules: ${rules.map(({ id }) => id).join(', ')}`, style.width - 7), 7);
};

/** The facts that were read about a cause, if any. */
const hereLines = (
  { state, findings, missing, because }: Omit<DecidedCause, 'cause'>,
  style: TextStyle,
): readonly string[] => {
  const said = {
    found: `Here: found, ${findings.map(({ id }) => `finding ${id.slice(0, 8)}`).join(', ')}.`,
    fits: `Here: it fits: ${because ?? ''}.`,
    undecided: `Here: not decided: ${missing.join('; ')}.`,
    absent: 'Here: no sign of it.',
    'not-audited': undefined,
  }[state];
  return said === undefined ? [] : labelled('', wrap(visible(said), style.width - 7), 7);
};

const elsewhereLines = ({ says, look }: Elsewhere, style: TextStyle): readonly string[] => [
  paint(style, 'bold', 'This is not about the role of a pod on EKS.'),
  ...wrap(says, style.width),
  '',
  ...labelled('Look at  ', wrap(look, style.width - 9), 9),
];

const unknownLines = (nearest: readonly KnownMessage[], style: TextStyle): readonly string[] => [
  paint(style, 'warn', 'This message is not known.'),
  ...(nearest.length === 0
    ? ['No known message of STS or of an AWS SDK about IRSA is similar.']
    : [
        'The most similar known messages, which may be unrelated:',
        ...nearest.flatMap(message => [
          '',
          `  ${visible(message.sample)}`,
          ...labelled('', wrap(message.says, style.width - 2), 2),
        ]),
      ]),
];

const factLines = (facts: MessageFacts): readonly string[] => {
  const entries = Object.entries(facts);
  return entries.length === 0
    ? []
    : ['', `In the text: ${entries.map(([name, value]) => `${name} ${visible(String(value))}`).join(', ')}`];
};

/** A rule for a terminal: what it says, why it matters, how to fix it, and its sources. */
export const renderRule = (rule: AnyRule, style: TextStyle): string =>
  [
    `${severityBadge(style, rule.severity)}  ${paint(style, 'bold', rule.id)}  ${paint(style, 'dim', rule.impact)}`,
    '',
    ...labelled('Fault', wrap(rule.fault, style.width - 10), 10),
    ...labelled('Healthy', wrap(rule.title, style.width - 10), 10),
    ...labelled('Why', wrap(rule.why, style.width - 10), 10),
    ...labelled('Fix', wrap(rule.fix, style.width - 10), 10),
    ...labelled('Reads', [rule.needs.length === 0 ? 'clusters only' : rule.needs.join(', ')], 10),
    ...(rule.articleStep === undefined
      ? []
      : labelled('Step', [`${rule.articleStep} of the AWS article on IRSA errors`], 10)),
    ...labelled('Sources', rule.references, 10),
    '',
  ].join('\n');

/** A finding with everything that is known of it, for a terminal. */
export const renderFinding = (finding: Finding, style: TextStyle): string =>
  [
    `${severityBadge(style, finding.severity)}  ${paint(style, 'bold', finding.ruleId)}  ${paint(style, 'dim', finding.impact)}`,
    '',
    ...wrap(visible(finding.message), style.width),
    '',
    ...labelled('  subject', [visible(finding.subject)], 12),
    ...labelled('  id', [finding.id], 12),
    ...(finding.podError === undefined
      ? []
      : labelled('  pod says', wrap(visible(finding.podError), style.width - 12), 12)),
    ...evidenceLines(finding, style),
    ...fixLines(finding.fix, style),
    ...foldedLines(finding, style),
    ...(finding.waiver === undefined
      ? []
      : [visible(`  waived    until ${finding.waiver.expires} by ${finding.waiver.owner}: ${finding.waiver.reason}`)]),
    '',
  ].join('\n');
