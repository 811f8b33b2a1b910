import type { RunReport } from './run-report.ts';
import { headlineSentence } from './summary.ts';

/** One self-contained page. */
export const renderHtml = (report: RunReport): string => `<!doctype html><title>${headlineSentence(report)}</title>\n`;
