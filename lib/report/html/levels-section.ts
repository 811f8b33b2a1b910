/** The table of what roles may do: readable without scripts. */

import { isAdministrative, parseArn, roleNameOf } from '../../model.ts';
import { levelNames } from '../../reach/level-in-words.ts';
import { counted, cut } from '../../text.ts';
import type { LevelRow } from '../graph/access-row.ts';
import type { RunReport } from '../run-report.ts';
import { html, type Markup } from './markup.ts';

/** Roles that the page lists; the JSON format has all. */
const maxRoles = 500;
const maxText = 400;

/** The section; empty where levels were not asked for. */
export const levelsSection = ({ access }: RunReport): Markup => {
  const rows = access?.levels ?? [];
  if (rows.length === 0) return html``;
  const left = rows.length - maxRoles;
  return html`<section id="levels"><details><summary>${counted(rows.length, 'role')}: ${summaryOf(rows)}</summary><h2>What roles may do</h2>
<p class="muted">The most that each role lets whoever has its credentials do, by its policies, its permissions boundary and the trust of other roles. The ways to more permissions are those of pathfinding.cloud, and a few more. A level that is not decided stands as “may be”. A level alone is no finding: it makes findings that open its role graver, or milder.${access?.areUpperBounds ? html` Service control policies were not read: a level may be less.` : undefined}</p>
<div class="scroll" tabindex="0" role="region" aria-label="What roles may do"><table class="access levels"><thead><tr><th scope="col">Role</th><th scope="col">Account</th><th scope="col">Level</th><th scope="col">By</th></tr></thead><tbody>${rows.slice(0, maxRoles).map(rowOf)}</tbody></table></div>
${left > 0 ? html`<p class="muted">And ${left} more, in the JSON format.</p>` : undefined}</details></section>`;
};

/** One line on a phone. */
const summaryOf = (rows: readonly LevelRow[]): string =>
  `${rows.filter(isAdministrative).length} are or can become administrator`;

const rowOf = ({ roleArn, level, says, open }: LevelRow): Markup =>
  html`<tr><td title="${roleArn}">${roleNameOf(roleArn)}</td><td>${parseArn(roleArn)?.accountId ?? ''}</td><td>${isAdministrative({ level }) ? html`<span class="badge critical">${levelNames[level]}</span>` : levelNames[level]}</td><td>${cut(says, maxText)}${open === undefined ? undefined : html`<br><span class="muted">${cut(open, maxText)}</span>`}</td></tr>`;
