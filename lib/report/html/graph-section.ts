import type { RunReport } from '../run-report.ts';
import { html, type Markup } from './markup.ts';

/** The identity graph: a frame that the page's program draws in. */
export const graphSection = ({ graph }: RunReport): Markup =>
  graph === undefined || graph.nodes.length === 0
    ? html``
    : html`<section id="graph"><h2>Identity graph</h2><div class="tools"><label class="sr" for="graph-search">Search the graph</label><input type="search" id="graph-search" placeholder="Cluster, namespace, service account, role, provider" autocomplete="off" spellcheck="false">
<label class="sr" for="graph-cluster">Cluster</label><select id="graph-cluster"><option value="">every cluster</option></select><label class="pill"><input type="checkbox" id="graph-trouble"> only trouble</label><span id="graph-count" class="muted" role="status"></span></div>
<div class="graph-frame"><div class="graph-view" id="graph-view" tabindex="0" role="region" aria-label="Identity graph: clusters, namespaces, service accounts, roles, providers. Arrow keys move between nodes."><div class="graph-head" id="graph-head" aria-hidden="true"></div><svg id="graph-svg" role="group" aria-label="Identity graph"></svg></div><aside class="graph-side" id="graph-side" aria-live="polite"></aside></div>
<p class="legend"><span><b>━</b>works</span><span><b>╌</b>broken (red)</span><span><b>▬</b>too open (orange)</span><span><b>┈</b>not read</span><span>dashed box: named by a policy or annotation, not read; struck out: does not exist</span></p></section>`;
