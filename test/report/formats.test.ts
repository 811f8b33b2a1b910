import { describe, expect, test } from '@jest/globals';
import type { Finding } from '../../lib/model/finding.ts';
import { codeSpan, markdownLimit, markdownText, renderMarkdown } from '../../lib/report/formats/markdown.ts';
import { formatByName, formats } from '../../lib/report/formats.ts';
import { renderOverview } from '../../lib/report/overview/overview.ts';
import { renderText } from '../../lib/report/overview/text.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import type { TextStyle } from '../../lib/report/text-layout.ts';
import { catalog, ruleById } from '../../lib/rules/catalog.ts';
import { visible } from '../../lib/text/visible-text.ts';
import { golden } from '../support/golden.ts';
import { fc } from '../support/properties.ts';
import { aFinding, aFullReport, aHostileReport, aReport, hostileName } from './sample-report.ts';

const plain = { colour: false, width: 100 };
const reports: readonly (readonly [string, RunReport])[] = [
  ['clean', aReport()],
  ['full', aFullReport()],
  ['hostile', aHostileReport()],
];
const render = (name: string, report: RunReport): string => formatByName(name)?.render(report, plain) ?? '';

/** Parts that depend on the catalogue, which has tests of its own, are taken out of goldens. */
const withoutCatalogue: Readonly<Record<string, (text: string) => string>> = {
  sarif: text => {
    const log = JSON.parse(text);
    log.runs[0].tool.driver.rules = [];
    for (const result of log.runs[0].results) delete result.ruleIndex;
    return `${JSON.stringify(log, null, 2)}\n`;
  },
  ocsf: text => {
    const events = JSON.parse(text);
    for (const event of events) delete event.finding_info.title;
    return `${JSON.stringify(events, null, 2)}\n`;
  },
  junit: text =>
    text
      .split('\n')
      .filter(line => /<failure|<error|<skipped|<system-out/.test(line))
      .join('\n'),
};

describe('golden files', () => {
  /** The ending of a golden file, where it is another word than the name of the format. */
  const endings: Readonly<Record<string, string>> = {
    text: 'txt',
    markdown: 'md',
    junit: 'xml',
    github: 'github.txt',
    ocsf: 'ocsf.json',
    prometheus: 'prom',
    policyreport: 'policyreport.json',
  };
  // The page has tests of its own: its program is in it.
  const names = formats.map(({ name }) => name).filter(name => name !== 'html');
  for (const [kind, report] of reports)
    test.each(names)(`${kind}: %s`, name => {
      const ending = endings[name] ?? name;
      const text = name === 'text' ? renderText(report, plain) : render(name, report);
      golden(`report-${kind}.${ending}`, withoutCatalogue[name]?.(text) ?? text);
    });
});

describe('golden files of the overview', () => {
  for (const [kind, report] of reports)
    test.each<readonly [string, TextStyle]>([
      ['80', { colour: false, width: 80 }],
      ['60', { colour: false, width: 60 }],
      ['wide', { colour: false, width: 80, form: 'wide' }],
    ])(`${kind}: %s`, (name, style) => golden(`overview-${kind}.${name}.txt`, renderOverview(report, style)));

  test('text is the overview, and with details each finding', () => {
    const [, report] = reports[0] ?? [];
    if (report === undefined) throw new Error('no report');
    expect(render('text', report)).toBe(renderOverview(report, plain));
    expect(formatByName('text')?.render(report, { ...plain, form: 'details' })).toBe(renderText(report, plain));
    const wide = { ...plain, form: 'wide' } as const;
    expect(formatByName('text')?.render(report, wide)).toBe(renderOverview(report, wide));
  });
});

describe('the title of a finding says the fault', () => {
  const report = aFullReport();
  const rule = ruleById('webhook-missing');
  const fault = 'The cluster has no pod identity webhook';

  test('the rule has one for what failed and one for what passed', () => {
    expect([rule?.fault, rule?.title]).toEqual([fault, 'The cluster has the pod identity webhook']);
  });

  test('in OCSF, of every finding', () => {
    const events: readonly { readonly finding_info: { readonly uid: string; readonly title: string } }[] = JSON.parse(
      render('ocsf', report),
    );
    const titles = new Map(events.map(({ finding_info: { uid, title } }) => [uid, title]));
    for (const { id, ruleId } of report.findings) expect(titles.get(id)).toBe(ruleById(ruleId)?.fault);
    expect(titles.get('00000000000000c1')).toBe(fault);
  });

  test('in SARIF, of every rule', () => {
    const log: {
      readonly runs: readonly {
        readonly tool: { readonly driver: { readonly rules: readonly { id: string; shortDescription: object }[] } };
      }[];
    } = JSON.parse(render('sarif', report));
    const rules = log.runs[0]?.tool.driver.rules ?? [];
    expect(rules.map(({ id, shortDescription }) => [id, shortDescription])).toEqual(
      catalog.map(({ id, fault: text }) => [id, { text }]),
    );
  });

  test('in JUnit of what failed, and the healthy state of what passed', () => {
    const lines = render('junit', report).split('\n');
    expect(lines.find(line => line.includes('.webhook-missing"'))).toContain(`name="${fault}: arn:aws:eks:`);
    expect(lines.find(line => line.includes('.webhook-invalid"'))).toContain(
      `name="${ruleById('webhook-invalid')?.title}"`,
    );
  });
});

test('every format is known by its name', () => {
  for (const { name } of formats) expect(formatByName(name)?.name).toBe(name);
  expect(formatByName('yaml')).toBeUndefined();
});

describe('hostile text', () => {
  test.each(formats.map(({ name }) => [name]))('%s holds no control or direction character', name => {
    expect(render(name, aHostileReport())).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|(?![\n\r])\p{Cc}/u);
  });

  test('any name is shown without a control, and two names that differ look different', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
    const odd = fc.string({
      unit: fc.constantFrom('a', '\u202e', '\u200b', '\ud800', '\n', '\\', 'u', '{', '}', '2', '0'),
    });
    fc.assert(
      fc.property(odd, odd, (one, other) => {
        expect(visible(one) === visible(other)).toBe(one === other);
      }),
    );
    expect(visible('a\u202eb')).toBe('a\\u{202e}b');
    expect(visible('a\ud800b')).toBe('a\\u{d800}b');
    expect(visible('naïve — 名前')).toBe('naïve — 名前');
  });

  test('JSON parses to the report itself', () => {
    expect(JSON.parse(render('json', aHostileReport()))).toEqual(JSON.parse(JSON.stringify(aHostileReport())));
  });

  test('one line of GitHub is one command', () => {
    const lines = render('github', aHostileReport()).trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line).toMatch(/^::(error|notice|warning) title=[^:]*::/);
  });

  test.each(['=1+1', '+1', '-1', '@x', '|x', '%x', '＝1', '＋1', '－1', '＠x'])(
    'a spreadsheet does not run %j',
    text => {
      const csv = render('csv', aReport({ findings: [aFinding({ message: text })] }));
      expect(csv).toContain(`,'${text},`);
    },
  );

  test('a spreadsheet runs nothing, whichever separator it takes', () => {
    const parts = fc.constantFrom('=', '+', '-', '@', '＝', '－', ';', ',', '"', "'", ' ', 'a', '\t', '\n');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), all => {
        const csv = render('csv', aReport({ findings: [aFinding({ message: all.join(''), subject: all.join('') })] }));
        const cells = csv.split(/[;\r\n]/).flatMap(cell => [cell, cell.replace(/^[\s"]+/, '')]);
        expect(cells.filter(cell => /^[=+\-@|%＝＋－＠]/.test(cell))).toEqual([]);
      }),
    );
  });

  test('Markdown makes no tag, mention or link of it, and no fence ends early', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(markdownText(text)).not.toMatch(/[<>@]|(?<!\\)[`*_[\]|]|https?:\/\//);
        const [fence = ''] = /^`+/.exec(codeSpan(text)) ?? [];
        const inside = codeSpan(text).slice(fence.length, -fence.length);
        expect((inside.match(/`+/g) ?? []).map(run => run.length)).not.toContain(fence.length);
      }),
    );
  });
});

describe('a report says', () => {
  const text = (over: Partial<RunReport>) => renderText(aReport(over), plain);
  const gap = aFullReport().gaps;

  test('what was checked when all is clear', () => {
    expect(text({})).toContain('All clear.\nChecked 1 account, 2 clusters, 2 OIDC providers, 340 roles (25 for IRSA)');
  });
  test('that it is no all-clear where something was not read', () => {
    expect(text({ gaps: gap })).toContain('this is not an all-clear');
    expect(text({ gaps: gap })).not.toContain('All clear');
  });
  test('that it is none where a check lacked a fact', () => {
    expect(text({ undecided: aFullReport().undecided })).toContain('No finding, but 1 check could not be decided.');
  });
  test('that a filter was given, where it shows nothing', () => {
    const filtered = { undecided: aFullReport().undecided, leftOut: 2 };
    expect(text(filtered)).toContain('No finding that matches the filters, but 1 check could not be decided.');
    expect(text({ gaps: gap, leftOut: 2 })).toContain('No finding that matches the filters in what was read, but');
  });
  test('that what was not asked for was not checked, and no more', () => {
    const unasked = text({
      undecided: [{ ruleId: 'webhook-missing', subject: '*', kind: 'unread', missing: 'not asked for' }],
    });
    expect(unasked).toContain('All clear.');
    expect(unasked).toContain('Not asked for, so not checked: webhook-missing.');
  });
  test('a remark beside an all-clear for informational findings', () => {
    expect(text({ findings: [aFinding({ severity: 'info' })] })).toContain('All clear, with 1 remark.');
  });
  test('the remarks that it lists, where something was not read or decided', () => {
    const findings = [aFinding({ severity: 'info' })];
    expect(text({ findings, gaps: gap })).toMatch(/1 remark in what was read, but .*this is not an all-clear/);
    expect(text({ findings, undecided: aFullReport().undecided })).toContain(
      '1 remark, but 1 check could not be decided.',
    );
  });
  test('the worst first, with colours only where wanted', () => {
    const coloured = renderText(aFullReport(), { colour: true, width: 80 });
    expect(coloured).toContain('\u001b[1;97;41m CRITICAL ');
    expect(coloured.indexOf('CRITICAL')).toBeLessThan(coloured.indexOf(' HIGH '));
    expect(render('text', aFullReport())).not.toContain('\u001b');
  });
  test('further lines of a command at the margin, so that a here-document can be pasted', () => {
    const fix: Finding['fix'] = { summary: 'Write it.', commands: ["cat > p.json <<'EOF'\n{}\nEOF"] };
    expect(text({ findings: [aFinding({ fix })] })).toContain("          $ cat > p.json <<'EOF'\n{}\nEOF\n");
  });
});

test('Markdown of a large run is cut to what a comment may have, and counts the rest', () => {
  const many = Array.from({ length: 900 }, (_, index) => aFinding({ id: String(index), message: hostileName }));
  const text = renderMarkdown(aFullReport({ findings: many }));
  expect(text.length).toBeLessThanOrEqual(markdownLimit);
  const [, left] = /\*\*([\d,]+) more findings left out/.exec(text) ?? [];
  expect((text.match(/^### /gm) ?? []).length + Number(left)).toBe(900);
  expect(text).toContain('Not read: 1 gap');
});

test.each([
  ['a', '`a`'],
  ['', '`  `'],
  [' a ', '`  a  `'],
  [' a', '` a`'],
  ['`a', '`` `a ``'],
  ['a``b', '```a``b```'],
])('a code span of "%s"', (text, span) => expect(codeSpan(text)).toBe(span));

test('Markdown leaves out whatever comes after a finding that has no room: the worst first', () => {
  const commands = ['x'.repeat(markdownLimit)];
  const findings = ['first', 'second', 'third'].map((message, at) =>
    aFinding({ id: String(at), message, ...(at === 1 ? { fix: { summary: 'Write it.', commands } } : {}) }),
  );
  const text = renderMarkdown(aFullReport({ findings }));
  expect(text.match(/^### .*/gm)).toEqual([expect.stringMatching(/: first$/)]);
  expect(text).toContain('**2 more findings left out**');
});

/** Formats that print commands for a person or a pipeline to run. */
test.each(['text', 'csv', 'markdown', 'sarif', 'junit', 'github', 'ocsf'])(
  '%s shows no command without what a person must decide before',
  name => {
    const choice = 'Whether the namespace was renamed';
    const fix = { summary: 'Name the other one.', commands: ['aws iam update-assume-role-policy'], choice };
    const report = { ...aReport(), findings: [aFinding({ severity: 'high', fix })] };
    const text = name === 'text' ? renderText(report, plain) : render(name, report);
    expect(text).toContain('update-assume-role-policy');
    expect(text).toContain(choice);
    expect(text.indexOf(choice)).toBeLessThan(text.indexOf('update-assume-role-policy'));
  },
);
