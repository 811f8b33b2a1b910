import type { RunReport } from '../run-report.ts';
import { html, type Markup } from './markup.ts';

/** Who can assume what: a table that the page's program fills, with filter and download. */
export const accessSection = ({ access, undecided }: RunReport): Markup =>
  access === undefined || access.rows.length + access.missing.length === 0
    ? html``
    : html`<section id="access"><h2>Who can assume what</h2>
<p class="muted">Service accounts that may assume a role by IRSA, as the trust policy, the audiences of the role’s provider and the resource control policies that were read decide it. Pod Identity associations are not part of it.${undecided.some(({ ruleId }) => ruleId === 'role-denied-by-rcp') ? ' Not all resource control policies were read: one may deny what stands here.' : undefined}</p>
${access.missing.length === 0 ? undefined : html`<div class="gap-note"><strong>The table may be missing rows:</strong><ul>${access.missing.slice(0, 50).map(sentence => html`<li>${sentence}</li>`)}</ul>${access.missing.length > 50 ? html`<p>And ${access.missing.length - 50} more.</p>` : undefined}</div>`}
<div class="tools" role="search" aria-label="Who can assume what"><label class="sr" for="access-search">Search the table</label><input type="search" id="access-search" placeholder="Service account (orders/refund), role, cluster" autocomplete="off" spellcheck="false">
<label class="sr" for="access-cluster">Cluster</label><select id="access-cluster"><option value="">every cluster</option></select>
<label class="pill"><input type="checkbox" id="access-patterns"> only patterns</label><button type="button" class="button" id="access-csv">Download CSV</button></div>
<p id="access-count" class="muted" role="status"></p>
<div class="scroll" tabindex="0" role="region" aria-label="Who can assume what"><table class="access"><thead><tr><th scope="col">Cluster</th><th scope="col">Service account</th><th scope="col">Role</th><th scope="col">Account</th><th scope="col">Now</th><th scope="col">Worst finding</th></tr></thead><tbody id="access-rows"></tbody></table></div>
<button type="button" class="button more" id="access-more" hidden>Show more</button>
<noscript><p>This table needs scripts. The JSON format of the report has it under access.</p></noscript></section>`;
