import { ruleById } from '../../rules/catalog.ts';
import type { AnyRule } from '../../rules/define-rule.ts';
import type { RunReport } from '../run-report.ts';
import { html, type Markup } from './markup.ts';

/** The pages of the rules that failed, so that a finding can lead to its rule without a network. */
export const rulesSection = ({ findings }: RunReport): Markup => {
  const rules = [...new Set(findings.map(({ ruleId }) => ruleId))].sort().flatMap(id => {
    const rule = ruleById(id);
    return rule === undefined ? [] : [{ id, rule }];
  });
  return rules.length === 0
    ? html``
    : html`<section id="rules"><h2>Rules</h2><details><summary>The rules of these findings (${rules.length})</summary>${rules.map(({ id, rule }) => ruleEntry(id, rule))}</details></section>`;
};

/** `id` is the one that the finding has: it may be a former one of the rule. */
const ruleEntry = (id: string, { title, docs, impact, severity }: AnyRule): Markup =>
  html`<details class="finding" id="rule-${id}"><summary><span class="badge ${severity}">${severity}</span><code>${id}</code><span class="chip">${impact}</span><span class="where">${title}</span></summary><div class="body"><h3>Why it matters</h3><p>${docs.why}</p><h3>How to fix it</h3><p>${docs.fix}</p><h3>Sources</h3><ul>${docs.references.map(source)}</ul></div></details>`;

const source = (reference: string): Markup =>
  /^https:/.test(reference)
    ? html`<li><a href="${reference}" rel="noreferrer">${reference}</a></li>`
    : html`<li><code>${reference}</code></li>`;
