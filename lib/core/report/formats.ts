import { renderCsv } from './csv.ts';
import { renderGithub } from './github.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderOcsf } from './ocsf.ts';
import type { RunReport } from './run-report.ts';
import { renderSarif } from './sarif.ts';
import { renderText } from './text.ts';
import type { TextStyle } from './text-layout.ts';

/** One output format. Only `text` looks at the style. */
export interface Format {
  readonly name: string;
  /** What it is for, for `--help`. */
  readonly purpose: string;
  readonly render: (report: RunReport, style: TextStyle) => string;
}

/** Every format of `scan` and `report`, in the order of `--help`. */
export const formats: readonly Format[] = [
  { name: 'text', purpose: 'for a terminal', render: renderText },
  { name: 'json', purpose: 'everything, for machines', render: renderJson },
  { name: 'csv', purpose: 'for a spreadsheet', render: renderCsv },
  { name: 'markdown', purpose: 'for a pull request or a step summary', render: renderMarkdown },
  { name: 'html', purpose: 'one self-contained page to look at', render: renderHtml },
  { name: 'sarif', purpose: 'SARIF 2.1.0, for code scanning', render: renderSarif },
  { name: 'junit', purpose: 'JUnit XML, for CI', render: renderJunit },
  { name: 'github', purpose: 'annotations of GitHub Actions', render: renderGithub },
  { name: 'ocsf', purpose: 'OCSF Compliance Finding, for a SIEM', render: renderOcsf },
];

/** A format by name. */
export const formatByName = (name: string): Format | undefined => formats.find(format => format.name === name);
