import { type Finding, severities } from '../../model.ts';
import { counted, cut, shortListOf } from '../../text.ts';
import { affectedBy, shortCommand } from '../digest/pointers.ts';
import { healthPlaces } from '../graph/health.ts';
import { clusterNames, shortIds } from '../names.ts';
import { verdictSentence } from '../overview/overview.ts';
import { causeText, type RootCause, worstCauses } from '../root-causes.ts';
import type { RunReport } from '../run-report.ts';
import { activeFindings, countBySeverity, headlineOf, waivedFindings, worstFindingOf } from '../summary.ts';
import { openedEveryFinding } from './history-sections.ts';
import { html, type Markup } from './markup.ts';
import { pageClusters } from './page-data.ts';
import { shortener } from './short-names.ts';

/** Root causes that the first screen tells. */
const toldCauses = 3;
/** Places that are told by name. */
const maxPlaces = 3;
/** Characters of one line: a hostile name must not push the others out. */
const maxText = 200;
/** Of the name of a root cause. */
const maxCause = 130;
/** Accounts that are told by name. */
const maxAccounts = 4;

/** The first screen: one headline, one row of counts, whether everything was read, and the worst root causes with their
 *  fixes. Each count stands once. */
export const firstScreen = (
  report: RunReport,
): Markup => html`<section id="overview" class="verdict ${headlineOf(report)}${headlineOf(report) === 'findings' ? ` worst-${worstFindingOf(report)?.severity}` : ''}" aria-labelledby="headline">
<div class="head"><h1 id="headline">${headlineOfPage(report)}</h1>${countRow(report)}</div>
${alarm(report)}${causeList(report)}
<p class="muted meta">${runLine(report)}</p></section>`;

/** The row of counts has the severities: the headline says how many there are, and where. */
const headlineOfPage = (report: RunReport): string => {
  if (headlineOf(report) !== 'findings') return verdictSentence(report);
  const active = activeFindings(report);
  const placeOf = healthPlaces(report.graph);
  const hit = new Set(active.flatMap(finding => placeOf(finding).clusterArns)).size;
  const of =
    hit < report.counts.clusters ? `${hit} of ${counted(report.counts.clusters, 'cluster')}` : counted(hit, 'cluster');
  return `${counted(active.length, 'finding')}${hit === 0 ? '' : ` in ${of}`}`;
};

const countRow = (report: RunReport): Markup | undefined => {
  const active = activeFindings(report);
  const counts = countBySeverity(active);
  return active.length === 0
    ? undefined
    : html`<div class="tiles" role="group" aria-label="Findings by severity">${severities.map(
        severity =>
          html`<a class="tile ${severity}${counts[severity] === 0 ? ' none' : ''}" href="#severity=${severity}"><b>${counts[severity]}</b> ${severity}</a>`,
      )}</div>`;
};

/** Findings beside gaps are not all findings. Where there is none, the headline says so already. */
const alarm = (report: RunReport): Markup | undefined =>
  report.gaps.length === 0 || headlineOf(report) !== 'findings'
    ? undefined
    : html`<p class="alarm"><a href="#coverage">${counted(report.gaps.length, 'thing')} could not be read: there may be more findings.</a></p>`;

const causeList = (report: RunReport): Markup | undefined => {
  const causes = worstCauses(activeFindings(report));
  if (causes.length === 0) return undefined;
  const itemOf = causeItem(report);
  const told = causes.slice(0, toldCauses);
  const left = activeFindings(report).length - told.reduce((sum, { findings }) => sum + findings.length, 0);
  return html`<h2 class="first">Fix first</h2><ol class="causes">${told.map(itemOf)}</ol>${
    left === 0 ? undefined : html`<p class="rest"><a href="#findings">${counted(left, 'more finding')}</a></p>`
  }`;
};

const causeItem = (report: RunReport): ((cause: RootCause) => Markup) => {
  const short = shortIds(report.findings.map(({ id }) => id));
  const shorten = shortener(pageClusters(report));
  const placesOf = causePlaces(report);
  return cause => {
    const [first, ...others] = cause.findings;
    const command = fixCommand(cause, short);
    const more = others.length === 0 ? '' : `, and the same in ${counted(others.length, 'more place')}`;
    return html`<li class="first-cause"><h3><span class="badge ${first.severity}">${first.severity}</span> <span class="what"><a href="#finding=${first.id}">${causeText(cause, maxCause)}</a> <span class="in">${cut(placesOf(cause), maxText)}</span></span></h3>
<p class="two-lines"><b>Affects</b> ${affectedBy(first)}${more}</p>
<p class="two-lines one-line"><b>Fix</b> ${cut(shorten(first.fix.summary, first.accountId), maxText)}</p>
<div class="command"><pre tabindex="0" aria-label="Command of the fix"><code>${command}</code></pre><button type="button" class="button" data-copy hidden aria-label="Copy the fix: ${causeText(cause, maxCause)}">Copy</button></div></li>`;
  };
};

/** The command that fixes it, where it is short and nothing must be chosen before it; else the one that shows and applies
 *  the plan. */
const fixCommand = ({ findings }: RootCause, short: (id: string) => string): string => {
  const [first, ...others] = findings;
  const isManaged = (first.fix.managers ?? []).length > 0;
  const own = others.length > 0 || isManaged ? undefined : shortCommand(first);
  return own ?? `irsa-auditor fix ${[...findings.map(({ id }) => short(id)), ...placeOptions(findings)].join(' ')}`;
};

/** The options that lead an audit to the place of the findings, from whatever terminal. */
const placeOptions = (findings: readonly Finding[]): readonly string[] => {
  const [regions, accounts] = [findings.map(({ region }) => region), findings.map(({ accountId }) => accountId)];
  return [
    ...[...new Set(regions)].flatMap(region => (region === undefined ? [] : [`--region ${region}`])),
    ...[...new Set(accounts)].map(account => `--account ${account}`),
  ];
};

/** `prod-a, prod-b, prod-c and 37 more places`; of one place its region and account too. */
const causePlaces = (report: RunReport): ((cause: RootCause) => string) => {
  const placeOf = healthPlaces(report.graph);
  const names = clusterNames(report);
  const aliases = new Map(report.accounts.map(({ accountId, alias }) => [accountId, alias]));
  return ({ findings }) => {
    const [{ accountId, region }] = findings;
    const clusters = findings.flatMap(finding => {
      const arns = placeOf(finding).clusterArns;
      return arns.length > 0
        ? arns.map(arn => names.get(arn) ?? arn)
        : (finding.clusterName ?? `account ${finding.accountId}`);
    });
    const places = [...new Set(clusters)];
    const [only = '', ...others] = places;
    const account = aliases.get(accountId) ?? accountId;
    if (others.length === 0)
      return [only, ...[region, account].filter(part => part !== undefined && !only.includes(part))].join(', ');
    const more = places.length - maxPlaces;
    return `${places.slice(0, maxPlaces).join(', ')}${more > 0 ? ` and ${counted(more, 'more place')}` : ''}`;
  };
};

const runLine = (report: RunReport): string => {
  const accounts = report.accounts.map(({ accountId, alias }) => (alias ? `${alias} (${accountId})` : accountId));
  const waived = waivedFindings(report).length;
  return [
    `${report.endedAt.slice(0, 16).replace('T', ' ')} UTC`,
    shortListOf(accounts, maxAccounts),
    ...(openedEveryFinding(report) ? ['every finding is new'] : []),
    ...(waived === 0 ? [] : [`${counted(waived, 'finding')} waived`]),
  ].join(' · ');
};
