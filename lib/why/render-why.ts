/** The chain of one pod for a terminal: a line for each step, the first cause, its fix last. */

import { stripScheme } from '../model.ts';
import {
  commandLines,
  labelled,
  paint,
  sectionsText,
  severityBadge,
  type TextStyle,
  wrap,
} from '../report/text-layout.ts';
import { counted, cut, listed, visible } from '../text.ts';
import type { WhyChain, WhyStep } from './why-chain.ts';
import type { WhyCause } from './why-reading.ts';
import type { WhyStepId } from './why-steps.ts';

/** The characters of the three results. */
export type Marks = Readonly<Record<WhyStep['result'], string>>;

/** The line above the chain: `pod orders/cart-7d9`, and where it was looked at. */
interface WhyHeading {
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
  text: 'text',
  'live-token': 'live token',
  'live-call': 'live call',
};

const paints = { ok: 'ok', failed: 'high', unread: 'warn' } as const;
/** Columns before a step's value, and before the text of the cause. */
const stepIndent = 19;
const causeIndent = 11;
const alsoIndent = 11;
const alsoShown = 5;

/** The whole answer as text. */
export const renderWhy = (chain: WhyChain, heading: WhyHeading, style: TextStyle, marks: Marks): string => {
  const sections = [
    headingLines(heading, style),
    chain.steps.flatMap((step, index) => stepLines(step, chain.steps.slice(0, index), style, marks)),
    alsoLines(chain, style),
    verdictLines(chain, style),
  ];
  return sectionsText(sections);
};

const headingLines = ({ subject, place }: WhyHeading, style: TextStyle): readonly string[] => {
  const [what, where] = [paint(style, 'bold', visible(subject)), paint(style, 'dim', visible(place))];
  return subject.length + place.length + 2 > style.width ? [what, where] : [`${what}  ${where}`];
};

/** The value seen is shown as far as it fits on three lines: a person compares it, the JSON has all of it. */
const shownOf = (text: string): string => visible(cut(text, 240));

/** One cause often keeps several steps from being read: it is written out once. */
const longReason = 50;

const stepLines = (
  { step, result, seen, because = '' }: WhyStep,
  before: readonly WhyStep[],
  style: TextStyle,
  marks: Marks,
): readonly string[] => {
  const same = because.length > longReason ? before.find(one => one.because === because) : undefined;
  const reason = same === undefined ? because : `not read, as ${titles[same.step]}`;
  const text = [seen ?? '', reason].filter(part => part !== '').map(shownOf);
  const mark = paint(style, paints[result], marks[result]);
  const [first = '', ...rest] = wrap(text.join(': '), style.width - stepIndent);
  const title = titles[step].padEnd(stepIndent - 2);
  const head = result === 'failed' ? paint(style, 'bold', title) : title;
  return [`${mark} ${head}${first}`.trimEnd(), ...rest.map(line => `${' '.repeat(stepIndent)}${line}`)];
};

/** Where there is a cause, the rest must not come between the chain and it. */
const alsoLines = ({ also: all, verdict, suspect }: WhyChain, style: TextStyle): readonly string[] => {
  const also = all.filter(one => one !== suspect);
  if (also.length === 0) return [];
  if (verdict === 'cause') {
    const names = [...new Set(also.map(({ severity, ruleId }) => `${ruleId} (${severity})`))];
    return wrap(`Also found here, not the cause: ${listed(names)}.`, style.width).map(line =>
      paint(style, 'dim', line),
    );
  }
  return [
    'Found here, and nothing that breaks this chain:',
    ...also.slice(0, alsoShown).flatMap(({ severity, ruleId, message }) => {
      const lines = wrap(`${ruleId}: ${shownOf(message)}`, style.width - alsoIndent);
      return labelled(`${severityBadge(style, severity)} `, lines, alsoIndent);
    }),
    ...(also.length > alsoShown ? [`and ${counted(also.length - alsoShown, 'other finding')}: irsa-auditor scan`] : []),
  ];
};

const verdictLines = (chain: WhyChain, style: TextStyle): readonly string[] => {
  if (chain.verdict === 'cause') return chain.cause === undefined ? [] : causeLines('Why', chain.cause, chain, style);
  if (chain.suspect !== undefined) return suspectLines(chain.suspect, chain, style);
  const warn = (text: string) => wrap(text, style.width).map(line => paint(style, 'warn', line));
  if (chain.usesPodIdentity)
    return warn('Not decided: EKS Pod Identity gives these pods their role, and this chain is about IRSA.');
  const open = chain.steps.filter(({ result, optional }) => result === 'unread' && !optional);
  if (chain.verdict === 'undecided')
    return warn(
      `No cause in what was read. Not decided: ${open.map(({ step }) => titles[step]).join(', ')}.${canBeProven(chain) ? ' --prove asks STS itself, which needs no AWS credentials.' : ''}`,
    );
  const isTried = chain.steps.some(({ step, result }) => step === 'live-call' && result === 'ok');
  if (isTried) return [paint(style, 'ok', 'Nothing is wrong: STS gave this service account its role.')];
  const unseen = [
    ...chain.steps.filter(({ result }) => result === 'unread').map(({ step }) => titles[step]),
    ...(chain.controlPoliciesAsked ? [] : ['resource control policies']),
  ];
  const said = unseen.length === 0 ? 'Nothing is wrong in this chain.' : 'No fault in what was read.';
  const left = unseen.length === 0 ? '' : ` Not looked at: ${listed(unseen)}.`;
  return wrap(`${said}${left} --prove asks STS itself.`, style.width).map(line => paint(style, 'ok', line));
};

/** No step failed, and one finding may be the cause: told as such, with its fix. */
const suspectLines = (suspect: WhyCause, chain: WhyChain, style: TextStyle): readonly string[] => [
  ...wrap('No step fails in what was read. One thing may be the cause:', style.width).map(line =>
    paint(style, 'warn', line),
  ),
  '',
  ...causeLines('May be', suspect, chain, style),
];

/** True if the call to STS was not tried and there is a role to try it with. */
const canBeProven = ({ steps, roleArn }: WhyChain): boolean =>
  roleArn !== undefined && !steps.some(({ step }) => step === 'live-token' || step === 'live-call');

/** The issuer stands in the chain: in the middle of a sentence its sixty characters hide what differs. Those of ARNs stay,
 *  which are copied. */
const withoutIssuer = (text: string, { issuer }: WhyChain): string =>
  (issuer === undefined ? text : text.replaceAll(`${stripScheme(issuer)}:`, '…:')).replace(
    /(?<!oidc-provider\/)\boidc[.-]eks\.[a-z0-9.-]+(?=\/id\/)/g,
    '…',
  );

/** Evidence that the chain does not show already. */
const newEvidence = (cause: WhyCause, { steps }: WhyChain): WhyCause['evidence'] =>
  cause.evidence
    .filter(({ got, wanted }) => wanted !== undefined || !steps.some(({ seen }) => seen === got))
    .slice(0, 3);

const causeLines = (label: string, cause: WhyCause, chain: WhyChain, style: TextStyle): readonly string[] => {
  const width = style.width - causeIndent;
  const part = (label: string, text: string) =>
    labelled(label.padEnd(causeIndent), wrap(visible(withoutIssuer(text, chain)), width), causeIndent);
  const title = (heading: string, text: string) => {
    const [first = '', ...rest] = part('', text);
    return [paint(style, 'bold', heading.padEnd(causeIndent)) + first.slice(causeIndent), ...rest];
  };
  return [
    ...title(label, cause.message),
    ...newEvidence(cause, chain).flatMap(({ what, got, wanted }) => [
      ...part('  seen', `${cut(what, 120)}: ${cut(got, 240)}`),
      ...(wanted === undefined ? [] : part('  wanted', cut(wanted, 240))),
    ]),
    ...(cause.podError === undefined ? [] : part('  pod says', cut(cause.podError, 240))),
    ...(cause.ruleId === undefined ? [] : part('  more', `irsa-auditor explain ${cause.ruleId}`)),
    '',
    ...title('Fix', cause.fix.summary),
    ...(cause.fix.choice === undefined ? [] : part('  choose', cause.fix.choice)),
    ...cause.fix.commands.flatMap(command => commandLines(command, '  $ ', style)),
  ];
};
