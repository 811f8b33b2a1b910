/** A pasted text as the records of a log, oldest first, each on one line. */

/** One record: a line with the lines that continue it. */
export interface LogRecord {
  /** The text on one line; a second reading undoes line breaks in the middle of words. */
  readonly readings: readonly string[];
  /** Milliseconds since 1970, if the record has a date and a time. */
  readonly at?: number;
}

/** A date or the time of a log's line: ISO 8601, of Go's log package, of klog, of syslog, of Java. */
const stamp =
  /^\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|[IWEF]\d{4} \d\d:\d\d:\d\d|[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d|\d\d:\d\d:\d\d[.,]\d{3})\S*\s?/;
/** Another beginning of a record: logfmt, JSON, a level, an event of kubectl, a prompt. */
const opening =
  /^(?:(?:time|ts|t|level|lvl|caller)=|\{"|\[? ?(?:ERROR|WARN|WARNING|INFO|DEBUG|FATAL|error|warn|warning|info|debug|fatal)\b\]?[:\s]|\s*(?:Warning|Normal)\s{2,}\w+\s|[$#❯➜] )/;
/** A line that goes on with the one before, also where every line has a time. */
const continuation =
  /^(?:\s*(?:at |caused by|\.\.\. \d+ (?:more|common)|-{2,3}> |status code|file "|traceback|during handling|the above exception|suppressed:|[}\])│╷╵|])|\t)/i;
/** The name that `kubectl logs --prefix` puts before each line. */
const podPrefix = /^\[pod\/\S+\] /;

/** A colour of a terminal begins with the escape character. */
const colour = new RegExp(`${String.fromCharCode(0x1b)}\\[[0-9;]*[A-Za-z]`, 'g');

/** Records that are read one by one; older ones count as one. */
const maxRecords = 5000;

/** The records of a text. A text without times or levels is one record. */
export const recordsOf = (text: string): readonly LogRecord[] => {
  const records: string[][] = [];
  for (const line of text.replace(colour, '').split(/\r?\n/)) {
    const bare = line.replace(podPrefix, '');
    const rest = bare.replace(stamp, '');
    const starts = (rest !== bare || opening.test(bare)) && !continuation.test(rest);
    const last = records.at(-1);
    if (starts || last === undefined) records.push([line]);
    else last.push(line);
  }
  const old = records.slice(0, -maxRecords);
  const all = old.length === 0 ? records : [old.flat(), ...records.slice(-maxRecords)];
  return all.map(lines => logRecordOf(lines.join('\n')));
};

/** A record of a text as a whole. */
export const logRecordOf = (text: string): LogRecord => {
  const [, date, time] = /(\d{4}[-/]\d\d[-/]\d\d)[T ](\d\d:\d\d:\d\d)/.exec(text.slice(0, 200)) ?? [];
  const at = date === undefined ? Number.NaN : Date.parse(`${date.replaceAll('/', '-')}T${time}Z`);
  return {
    readings: [...new Set([plainText(text), plainText(text.replace(hardWrap, ''))])],
    ...(Number.isNaN(at) ? {} : { at }),
  };
};

/** Where a terminal cut a line that was too long, in the middle of a word or not, with or without a frame around it. */
const hardWrap = /(?: ?│)?\r?\n(?:│ ?)?/g;

/** The text on one line: frames stripped, escapes of JSON (over again), XML and URLs undone, white space collapsed. `\run`
 *  and `\token` are parts of a Windows path, not escapes. */
export const plainText = (text: string): string =>
  text
    .replace(colour, '')
    .replace(/[│╷╵]/g, ' ')
    .replace(/(^|\n)[ -]*\| /g, '$1 ')
    .replace(/\\{1,8}(?=(?:run|token)\b)/g, '/')
    .replace(/\\{1,8}[nrt]/g, ' ')
    .replace(/\\u0027|&apos;|&#39;|&#x27;|%27/gi, "'")
    .replace(/\\{0,8}&quot;|\\{1,8}"|%22/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/%20|\+(?=\w)/g, ' ')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ');
