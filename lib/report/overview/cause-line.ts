import { parseSubject } from '../../facts.ts';
import { type Finding, roleNameOf } from '../../model.ts';
import { displayWidth, visible } from '../../text.ts';
import { paint, type TextStyle } from '../text-layout.ts';

/** How one line of the list names a finding. */
interface CauseNames {
  /** Its id, as short as it is unique. */
  readonly id: string;
  /** Its cluster; its account where it is about none. */
  readonly cluster: string;
  /** The part that a heading above says already. */
  readonly heading?: 'severity' | 'cluster';
  /** Columns of the cluster, so that lines stand in columns. */
  readonly clusterColumns?: number;
}

/** Columns before the cluster: severity and id. */
const severityColumns = 8;

/**
 * A root cause on one line: `HIGH b48282a9 shop orders/refund → store-orders: condition mismatch (+1)`. A long line is
 * continued between names, never in one.
 */
export const causeLine = (finding: Finding, names: CauseNames, style: TextStyle): readonly string[] => {
  const { id, cluster, heading, clusterColumns = 0 } = names;
  const severity = heading === 'severity' ? '' : finding.severity.toUpperCase().padEnd(severityColumns);
  const indent = severity.length + id.length + 4;
  const name = visible(cluster);
  const place = heading === 'cluster' ? '' : `${name}${' '.repeat(Math.max(0, clusterColumns - displayWidth(name)))}  `;
  const folded = finding.explains.length === 0 ? '' : ` (+${finding.explains.length})`;
  const room = style.width - indent;
  const whole = `${thingOf(finding)}: ${visible(finding.brief)}${folded}`;
  const parts =
    displayWidth(place) + displayWidth(whole) <= room
      ? [whole]
      : [
          ...thingLines(`${thingOf(finding)}:`, room - displayWidth(place)),
          ...packed(visible(finding.brief).split(' '), folded, room),
        ];
  return parts.map((part, index) =>
    index === 0
      ? `${paint(style, finding.severity, severity)}  ${paint(style, 'dim', id)}  ${paint(style, 'bold', place)}${part}`
      : `${' '.repeat(indent)}${part}`,
  );
};

/** The arrow stays with the service account where both names have no room on one line. */
const thingLines = (thing: string, room: number): readonly string[] =>
  displayWidth(thing) <= room ? [thing] : thing.split(/(?<= →) /);

/** A line for a wide terminal, a file or grep: everything that names it, unbroken. */
export const wideLine = (finding: Finding, cluster: string): string =>
  visible(
    [
      finding.severity.toUpperCase().padEnd(severityColumns),
      finding.id,
      cluster,
      finding.region ?? '-',
      finding.accountId,
      finding.ruleId,
      finding.subject,
      `${finding.message}${finding.explains.length === 0 ? '' : `  (+${finding.explains.length})`}`,
    ].join('  '),
  );

/** The subject of a finding, by names: `orders/refund → store-orders`. */
export const thingOf = ({ namespace, serviceAccount, roleArn, subject }: Finding): string => {
  const account = serviceAccount === undefined ? undefined : [namespace, serviceAccount].filter(Boolean).join('/');
  const role = roleArn === undefined ? undefined : roleNameOf(roleArn) || roleArn;
  if (account !== undefined) return visible(role === undefined ? account : `${account} → ${role}`);
  return visible(role === undefined ? kindOf(subject) : `role ${role}`);
};

const kindOf = (subject: string): string => {
  const { kind } = parseSubject(subject);
  return kind === 'issuer' || kind === 'provider' || kind === 'webhook' || kind === 'cluster'
    ? kind
    : subject.slice(subject.lastIndexOf('/') + 1);
};

/** Words on as few lines as have room for them; `last` stays with the last word. */
const packed = (words: readonly string[], last: string, room: number): readonly string[] => {
  const lines: string[] = [];
  for (const [index, word] of words.entries()) {
    const shown = index === words.length - 1 ? `${word}${last}` : word;
    const line = lines.at(-1);
    if (line !== undefined && displayWidth(line) + 1 + displayWidth(shown) <= room)
      lines[lines.length - 1] = `${line} ${shown}`;
    else lines.push(shown);
  }
  return lines;
};
