import { type ArticleStep, articleSteps } from '../../model.ts';
import { displayWidth, padTo, visible } from '../../text.ts';
import type { HealthCell, HealthRow } from '../graph/health.ts';
import { type Paint, paint, type TextStyle, wrap } from '../text-layout.ts';

/** The steps of the article in a word each. */
export const stepWords: Readonly<Record<ArticleStep, string>> = {
  'role-arn-format': 'ARN',
  'provider-exists': 'provider',
  'provider-audience': 'audience',
  'provider-thumbprint': 'thumbprint',
  'role-trust-policy': 'trust',
  'webhook-configuration': 'webhook',
  'webhook-injection': 'injection',
  'supported-sdk': 'SDK',
};

/** Where more rows than this are healthy, they are one line of names. */
const maxRows = 12;

/**
 * Clusters by steps, where there are several clusters: the sign of each cell stands for one state, and a legend says
 * which. `names` are what the list of findings calls the clusters.
 */
export const matrixLines = (
  rows: readonly HealthRow[],
  names: ReadonlyMap<string, string>,
  style: TextStyle,
): readonly string[] => {
  if (rows.length < 2) return [];
  const [shown, healthy] = rows.length > maxRows ? parted(rows) : [rows, []];
  const nameOf = (row: HealthRow): string => visible(names.get(row.clusterArn) ?? row.label);
  const first = Math.max(0, ...shown.map(row => displayWidth(nameOf(row))));
  const wordy = articleSteps.map(step => stepWords[step]);
  const isWide = first + wordy.join('  ').length + 2 <= style.width;
  const heads = isWide ? wordy : articleSteps.map((_, index) => String(index + 1));
  const columns = heads.map(head => Math.max(head.length, 3));
  const line = (name: string, cells: readonly string[]) => `${padTo(name, first)}  ${cells.join('  ')}`.trimEnd();
  return [
    paint(
      style,
      'bold',
      line(
        '',
        heads.map((head, index) => head.padEnd(columns[index] ?? 0)),
      ),
    ),
    ...shown.map(row =>
      line(
        nameOf(row),
        row.cells.map((cell, index) => cellText(cell, columns[index] ?? 0, style)),
      ),
    ),
    ...(healthy.length === 0
      ? []
      : wrap(`Every step passed in ${healthy.length} more: ${healthy.map(nameOf).join(', ')}`, style.width)),
    ...wrap(legendOf(shown, isWide), style.width).map(text => paint(style, 'dim', text)),
  ];
};

const parted = (rows: readonly HealthRow[]): readonly [readonly HealthRow[], readonly HealthRow[]] => {
  const isHealthy = (row: HealthRow) => row.cells.every(({ state }) => state === 'ok');
  return [rows.filter(row => !isHealthy(row)), rows.filter(isHealthy)];
};

/** The sign of each state but `finding`, and what it says. */
const signs: Readonly<Record<Exclude<HealthCell['state'], 'finding'>, readonly [sign: string, Paint, says: string]>> = {
  ok: ['✓', 'ok', 'passed'],
  folded: ['+', 'warn', 'fails by a cause at another step'],
  unknown: ['?', 'warn', 'not decided or not read'],
  'left-out': ['○', 'dim', 'waived or turned off'],
  'not-asked-for': ['–', 'dim', 'not asked for'],
  unused: ['·', 'dim', 'nothing to check'],
};

/** The sign is padded before it is painted: colours have no width. */
const cellText = (cell: HealthCell, columns: number, style: TextStyle): string => {
  if (cell.state === 'finding') {
    const text = `${cell.findings.length}${cell.severity.charAt(0).toUpperCase()}`;
    return paint(style, cell.severity, text) + ' '.repeat(Math.max(0, columns - text.length));
  }
  const [sign, how] = signs[cell.state];
  return paint(style, how, sign) + ' '.repeat(columns - 1);
};

/** Only of the signs that stand there. */
const legendOf = (rows: readonly HealthRow[], isWide: boolean): string => {
  const states = new Set(rows.flatMap(({ cells }) => cells.map(({ state }) => state)));
  const own = Object.entries(signs).flatMap(([state, [sign, , says]]) =>
    states.has(state as HealthCell['state']) ? [`${sign} ${says}`] : [],
  );
  const steps = isWide ? [] : [`${articleSteps.map((step, index) => `${index + 1} ${stepWords[step]}`).join(', ')}.`];
  const found = states.has('finding') ? ['2H 2 findings, the worst High'] : [];
  return [...steps, [...found, ...own].join('; ')].join(' ');
};
