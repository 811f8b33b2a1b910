import { safeJson } from '../text/visible-text.ts';
import type { RunReport } from './run-report.ts';

/** The report itself, two spaces deep. Invisible and direction characters stand as `\uXXXX`, so that the text can be
 *  printed on a terminal; it parses to exactly the report. */
export const renderJson = (report: RunReport): string => `${safeJson(report, 2)}\n`;
