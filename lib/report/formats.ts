import { safeJson } from '../text.ts';
import { renderCsv } from './formats/csv.ts';
import { renderGithub } from './formats/github.ts';
import { renderJunit } from './formats/junit.ts';
import { renderMarkdown } from './formats/markdown.ts';
import { renderOcsf } from './formats/ocsf.ts';
import { renderPolicyReport } from './formats/policy-report.ts';
import { renderPrometheus } from './formats/prometheus.ts';
import { renderSarif } from './formats/sarif.ts';
import { renderHtml } from './html/html.ts';
import { renderOverview } from './overview/overview.ts';
import { renderText } from './overview/text.ts';
import type { RunReport } from './run-report.ts';
import type { TextStyle } from './text-layout.ts';

/** The report itself, two spaces deep. Invisible and direction characters stand as `\uXXXX`, so that the text can be
 *  printed on a terminal; it parses to exactly the report. */
export const renderJson = (report: RunReport): string => `${safeJson(report, 2)}\n`;

/** One output format. Only `text` looks at the style. */
export interface Format {
  readonly name: string;
  readonly render: (report: RunReport, style: TextStyle) => string;
}

/** Every format of `scan` and `report`, in the order of `--help`. */
export const formats: readonly Format[] = [
  {
    name: 'text',
    render: (report, style) => (style.form === 'details' ? renderText(report, style) : renderOverview(report, style)),
  },
  { name: 'json', render: renderJson },
  { name: 'csv', render: renderCsv },
  { name: 'markdown', render: renderMarkdown },
  { name: 'html', render: renderHtml },
  { name: 'sarif', render: renderSarif },
  { name: 'junit', render: renderJunit },
  { name: 'github', render: renderGithub },
  { name: 'ocsf', render: renderOcsf },
  { name: 'prometheus', render: renderPrometheus },
  { name: 'policyreport', render: renderPolicyReport },
];

/** A format by name. */
export const formatByName = (name: string): Format | undefined => formats.find(format => format.name === name);
