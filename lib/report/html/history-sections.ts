import type { FactChange, Transition } from '../../history/transition.ts';
import { counted, cut } from '../../text.ts';
import { factOrder } from '../fact-diff.ts';
import type { RunReport } from '../run-report.ts';
import { html, type Markup } from './markup.ts';
import { pageClusters } from './page-data.ts';
import { type Shorten, shortener } from './short-names.ts';

const shownChanges = 300;
/** Changes that are in view; the others open. */
const changesInView = 8;

/** The changes since the last run: findings, and facts that are watched even where no rule fails. Absent where there
 *  are none. A run that opened every finding that it has (the first one) repeats none: its first screen says so. */
export const changesSection = (report: RunReport): Markup => {
  const { transitions, factChanges } = report;
  const left = [transitions, factChanges].reduce((sum, list) => sum + Math.max(0, list.length - shownChanges), 0);
  const there = new Set(report.findings.map(({ id }) => id));
  const shorten = shortener(pageClusters(report));
  const items = [
    ...(openedEveryFinding(report) ? [] : transitions)
      .slice(0, shownChanges)
      .map(transition => transitionItem(transition, shorten, there)),
    ...factOrder(factChanges)
      .slice(0, shownChanges)
      .map(change => factItem(change, shorten)),
  ];
  if (items.length === 0) return html``;
  const more = items.slice(changesInView);
  return html`<section id="changes"><h2>Changed since the last run</h2><ul class="plain">${items.slice(0, changesInView)}</ul>${
    more.length === 0
      ? undefined
      : html`<details><summary>${counted(more.length, 'more change')}</summary><ul class="plain">${more}</ul></details>`
  }${left > 0 ? html`<p>And ${counted(left, 'more change')}.</p>` : undefined}</section>`;
};

/** True if the run opened all that the report has. */
export const openedEveryFinding = ({ findings, transitions }: RunReport): boolean => {
  const opened = new Set(transitions.filter(({ kind }) => kind === 'opened').map(({ after }) => after.finding.id));
  return findings.length > 0 && opened.size === transitions.length && findings.every(({ id }) => opened.has(id));
};

/** A finding that is not on the page any more, as a resolved one, has nothing to lead to. */
const transitionItem = (
  { kind, summary, after: { finding } }: Transition,
  shorten: Shorten,
  there: ReadonlySet<string>,
): Markup => {
  const message = shorten(finding.message, finding.accountId);
  const moved = summary === finding.message ? '' : ` (${shorten(summary, finding.accountId)})`;
  return html`<li><span class="badge ${finding.severity}">${finding.severity}</span> <span class="chip">${kind}</span> ${there.has(finding.id) ? html`<a href="#finding=${finding.id}">${message}</a>` : message}${moved}</li>`;
};

const factItem = ({ kind, subject, accountId, before, after }: FactChange, shorten: Shorten): Markup =>
  html`<li><details class="finding"><summary><span class="chip">drift</span><span><code>${kind}</code> ${shorten(subject, accountId)}</span></summary><div class="body"><p class="mono">${subject}</p><div class="diff"><div><h3>Before</h3><pre>${before === undefined ? '(not there)' : cut(before, 8000)}</pre></div><div><h3>Now</h3><pre>${after === undefined ? '(gone)' : cut(after, 8000)}</pre></div></div></div></details></li>`;
