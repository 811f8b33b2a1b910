/** The chain of one pod for a terminal: a line for each step, the first cause, its fix last. */
import type { Finding } from '../../model/finding.ts';
import { labelled, paint, severityBadge, type TextStyle, wrap } from '../../report/text-layout.ts';
import { counted } from '../../text/counted.ts';
import { cut, visible, visibleLines } from '../../text/visible-text.ts';
import type { WhyChain, WhyStep } from './why-chain.ts';
import type { WhyCause } from './why-reading.ts';
import type { WhyStepId } from './why-steps.ts';

/** The characters of the three results. */
export type Marks = Readonly<Record<WhyStep['result'], string>>;

/** What stands above the chain: `pod orders/cart-7d9`, and where it was looked at. */
export interface WhyHeading {
  readonly subject: string;
  readonly place: string;
}

const titles: Readonly<Record<WhyStepId, string>> = {
  pod: 'pod',
  'service-account': 'service account',
  annotation: 'annotation',
  injection: 'injection',
  token: 'token',
  provider: 'provider',
  audience: 'audience',
  'trust-policy': 'trust policy',
  'last-call': 'last call',
  'live-token': 'live token',
  'live-call': 'live call',
};

const paints = { ok: 'ok', failed: 'high', unread: 'warn' } as const;
/** Columns before a step's value, and before the text of the cause. */
const stepIndent = 18;
const causeIndent = 8;
const alsoShown = 5;

/** The whole answer as text. */
export const renderWhy = (chain: WhyChain, heading: WhyHeading, style: TextStyle, marks: Marks): string => {
  const sections = [
    [`${paint(style, 'bold', visible(heading.subject))}  ${paint(style, 'dim', visible(heading.place))}`],
    chain.steps.flatMap(step => stepLines(step, style, marks)),
    chain.also.length === 0 ? [] : alsoLines(chain.also, style),
    verdictLines(chain, style),
  ];
  return `${sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`;
};

/** What was seen is shown as far as it fits on three lines: a person compares it, the JSON has all of it. */
const shownOf = (text: string): string => visible(cut(text, 240));

const stepLines = ({ step, result, seen, because }: WhyStep, style: TextStyle, marks: Marks): readonly string[] => {
  const text = [seen, because].filter(part => part !== undefined && part !== '').map(part => shownOf(part ?? ''));
  const mark = paint(style, paints[result], marks[result]);
  const [first = '', ...rest] = wrap(text.join(': '), style.width - stepIndent);
  const title = titles[step].padEnd(stepIndent - 2);
  const head = result === 'failed' ? paint(style, 'bold', title) : title;
  return [`${mark} ${head}${first}`.trimEnd(), ...rest.map(line => `${' '.repeat(stepIndent)}${line}`)];
};

const alsoLines = (also: readonly Finding[], style: TextStyle): readonly string[] => [
  'Also found here, not the cause:',
  ...also
    .slice(0, alsoShown)
    .map(({ severity, ruleId, message }) => ({ badge: severityBadge(style, severity), ruleId, message }))
    .flatMap(({ badge, ruleId, message }) => {
      const [first = '', ...rest] = wrap(`${ruleId}: ${shownOf(message)}`, style.width - 11);
      return [`${badge} ${first}`, ...rest.map(line => `${' '.repeat(11)}${line}`)];
    }),
  ...(also.length > alsoShown ? [`and ${counted(also.length - alsoShown, 'other finding')}: irsa-auditor scan`] : []),
];

const verdictLines = (chain: WhyChain, style: TextStyle): readonly string[] => {
  if (chain.verdict === 'cause') return chain.cause === undefined ? [] : causeLines(chain.cause, style);
  const open = chain.steps.filter(({ result, optional }) => result === 'unread' && !optional);
  if (chain.verdict === 'undecided') {
    const names = open.map(({ step }) => titles[step]).join(', ');
    return wrap(`No cause in what was read. Not decided: ${names}.`, style.width).map(line =>
      paint(style, 'warn', line),
    );
  }
  const isTried = chain.steps.some(({ step, result }) => step === 'live-call' && result === 'ok');
  const text = isTried
    ? 'Nothing is wrong: STS gave this service account its role.'
    : 'Nothing is wrong in this chain. --prove asks STS itself.';
  return [paint(style, 'ok', text)];
};

const causeLines = (cause: WhyCause, style: TextStyle): readonly string[] => {
  const width = style.width - causeIndent;
  const part = (label: string, text: string) => labelled(label, wrap(visible(text), width), causeIndent);
  return [
    ...labelled(paint(style, 'bold', 'Why'.padEnd(causeIndent)), wrap(visible(cause.message), width), causeIndent),
    ...cause.evidence
      .slice(0, 3)
      .flatMap(({ what, got, wanted }) => [
        ...part('seen', `${cut(what, 120)}: ${cut(got, 240)}`),
        ...(wanted === undefined ? [] : part('wanted', cut(wanted, 240))),
      ]),
    ...(cause.podError === undefined ? [] : part('logs', cut(cause.podError, 240))),
    ...(cause.ruleId === undefined ? [] : part('more', `irsa-auditor explain ${cause.ruleId}`)),
    '',
    ...labelled(paint(style, 'bold', 'Fix'.padEnd(causeIndent)), wrap(visible(cause.fix.summary), width), causeIndent),
    ...(cause.fix.choice === undefined ? [] : part('first', cause.fix.choice)),
    ...cause.fix.commands.flatMap(command =>
      visibleLines(command)
        .split('\n')
        .map((line, index) => `${index === 0 ? '  $ ' : ''}${paint(style, 'command', line)}`),
    ),
  ];
};
