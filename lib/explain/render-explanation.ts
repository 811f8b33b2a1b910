import type { Finding } from '../model.ts';
import { evidenceLines, fixLines, foldedLines } from '../report/overview/text.ts';
import { labelled, paint, severityBadge, type TextStyle, wrap } from '../report/text-layout.ts';
import type { AnyRule } from '../rules/define-rule.ts';
import { cut, shellQuote, visible } from '../text.ts';
import type { CauseState, DecidedCause } from './decide-causes.ts';
import type { LikelyCause, MessageExplanation } from './explain-message.ts';
import type { MessageFacts } from './text-facts.ts';

/** How a message is shown. `all`: every cause that is left, with its rules. */
interface Shown {
  readonly style: TextStyle;
  readonly all?: boolean;
  /** The causes with what was read about them, in the order to check them. */
  readonly decided?: readonly DecidedCause[];
}

/** Causes that a screen has, and that `--all` has. */
const onScreen = 3;
const withAll = 12;
/** A cause of less than this share is left to `--all`. */
const smallShare = 0.04;

/** Lines of a screen. */
const maxLines = 25;

/** A pasted message, explained for a terminal: at most 25 lines of 80 columns, but for `--all`. */
export const renderMessage = (explanation: MessageExplanation, shown: Shown): string => {
  const texts = shown.all
    ? [rendered(explanation, shown, 3)]
    : [3, 2, 1].map(size => rendered(explanation, shown, size));
  return texts.find(text => text.trimEnd().split('\n').length <= maxLines) ?? texts.at(-1) ?? '';
};

/** `size`: 3 for three causes, of which two say how to tell them; 2 where one does; 1 for two causes. */
const rendered = (explanation: MessageExplanation, shown: Shown, size: number): string => {
  const { style, all = false, decided } = shown;
  const isRead = decided !== undefined;
  const lines = [
    ...(isRead || explanation.verdict === 'elsewhere'
      ? []
      : [`To decide: ${paint(style, 'command', whyCommandFor(explanation.facts))}`, '']),
    ...meaningLines(explanation, style),
    ...(explanation.causes.length === 0 ? [] : ['', ...causesOf(explanation, shown, size)]),
    ...alsoLines(explanation, all, style),
    ...factLines(explanation.facts, style),
  ];
  return [...lines, ''].join('\n');
};

const causesOf = (explanation: MessageExplanation, shown: Shown, size: number): readonly string[] =>
  explanation.verdict === 'elsewhere' ? elsewhereLines(explanation, shown.style) : causeLines(explanation, shown, size);

/** The command that decides by the state: with the names of the text, and placeholders for those that it lacks. */
const whyCommandFor = ({ pod, serviceAccount, namespace }: MessageFacts): string => {
  const subject =
    pod === undefined && serviceAccount !== undefined ? `sa/${shellQuote(serviceAccount)}` : `pod/${pod ?? 'NAME'}`;
  return `irsa-auditor why ${subject} -n ${namespace ?? 'NAMESPACE'}`;
};

const meaningLines = (
  { message, quote = '', verdict, causes }: MessageExplanation,
  style: TextStyle,
): readonly string[] =>
  message === undefined
    ? [
        paint(
          style,
          'bold',
          verdict === 'unknown'
            ? `This message is not known${causes.length === 0 ? ': no error of AWS, of an SDK or of Kubernetes is in it' : ''}.`
            : 'No known message of an error is in the text; reports like it tell the cause.',
        ),
      ]
    : [
        paint(style, 'bold', visible(cut(quote, 2 * style.width))),
        ...wrap(message.says, style.width),
        ...(message.transient ? ['It can pass by itself. Look further only if it stays.'] : []),
      ];

const elsewhereLines = ({ causes: [first] }: MessageExplanation, style: TextStyle): readonly string[] =>
  first === undefined
    ? []
    : [
        paint(style, 'bold', 'This is not about the role of a pod on EKS.'),
        ...labelled('', wrap(first.cause.says, style.width - 2), 2),
        ...labelled('  Look at  ', wrap(first.cause.fix, style.width - 11), 11),
      ];

const causeLines = (
  explanation: MessageExplanation,
  { style, all = false, decided }: Shown,
  size: number,
): readonly string[] => {
  const list = decided ?? explanation.causes.map(one => undecidedOf(one));
  const shown = shownOf(list, explanation, all).slice(0, all ? withAll : Math.max(2, size));
  const isOne = shown.length === 1;
  return [
    paint(style, 'bold', headingOf(explanation, shown, decided !== undefined)),
    ...shown.flatMap((one, index) => [
      ...labelled(
        isOne ? '  ' : `  ${index + 1}. `,
        wrap(`${shareOf(one, explanation)}${one.cause.says}`, style.width - 5),
        isOne ? 2 : 5,
      ),
      ...hereLines(one, style),
      ...(all || index < (isOne ? 1 : size - 1) ? part('Tell', one.cause.tell, style) : []),
      ...(all || index === 0 ? part('Fix', one.cause.fix, style) : []),
      ...(all && one.cause.rules ? part('Rules', one.cause.rules.join(', '), style) : []),
    ]),
  ];
};

const undecidedOf = ({ cause }: LikelyCause): DecidedCause => ({
  cause,
  state: 'not-audited',
  findings: [],
  missing: [],
});

/** The cause that was found stands alone; else the likeliest. */
const shownOf = (
  list: readonly DecidedCause[],
  { verdict }: MessageExplanation,
  all: boolean,
): readonly DecidedCause[] => {
  if (all) return list.slice(0, withAll);
  const found = list.filter(({ state }) => state === 'found');
  if (found.length > 0) return found.slice(0, onScreen);
  return list.filter(({ state }) => state !== 'absent').slice(0, verdict === 'decided' ? 1 : onScreen);
};

const headingOf = ({ verdict }: MessageExplanation, shown: readonly DecidedCause[], isRead: boolean): string => {
  if (shown.some(({ state }) => state === 'found')) return 'The cause here';
  if (verdict === 'decided' && shown.length === 1) return 'The cause is';
  if (verdict === 'unknown') return 'Not known. The nearest causes of other reports';
  return isRead
    ? 'No finding decides. The likeliest causes'
    : 'The text does not decide. The likeliest causes, by reports like it';
};

/** `3 of 10 such reports: `, where the share says something: no report is like a text that is not known. */
const shareOf = ({ cause, state }: DecidedCause, { causes, verdict }: MessageExplanation): string => {
  const share = causes.find(one => one.cause.id === cause.id)?.share ?? 0;
  if (state === 'found' || ['decided', 'unknown'].includes(verdict) || share < smallShare) return '';
  const tenths = Math.min(9, Math.max(1, Math.round(share * 10)));
  return `${tenths} of 10 such reports: `;
};

const part = (label: string, text: string | undefined, style: TextStyle): readonly string[] =>
  text === undefined ? [] : labelled(`     ${label}  `, wrap(text, style.width - 11), 11);

const said: Readonly<Record<CauseState, (one: DecidedCause) => string | undefined>> = {
  found: ({ findings }) => `found, ${findings.map(({ id }) => `finding ${id.slice(0, 8)}`).join(', ')}`,
  fits: ({ because = '' }) => `it fits: ${because}`,
  undecided: ({ missing }) => `not decided: ${missing.join('; ')}`,
  absent: () => 'no sign of it',
  'not-audited': () => undefined,
};

/** The facts that were read about a cause, if any. */
const hereLines = (one: DecidedCause, style: TextStyle): readonly string[] => {
  const text = said[one.state](one);
  return text === undefined ? [] : part('Here', visible(text), style);
};

/** Each other error of the text, once. */
const alsoLines = ({ also }: MessageExplanation, all: boolean, style: TextStyle): readonly string[] =>
  all
    ? also.flatMap(({ message, quote }) => [
        '',
        `Also in the text: ${visible(quote)}`,
        ...wrap(message.says, style.width),
      ])
    : also.slice(0, 2).map(({ quote }) => cut(`Also in the text: ${visible(quote)}`, style.width));

const factLines = (facts: MessageFacts, style: TextStyle): readonly string[] => {
  const entries = Object.entries(facts);
  if (entries.length === 0) return [];
  return wrap(
    `In the text: ${entries.map(([name, value]) => `${name} ${visible(String(value))}`).join(', ')}`,
    style.width,
  ).slice(0, 2);
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
