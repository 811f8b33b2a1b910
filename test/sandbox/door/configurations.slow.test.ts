/**
 * Configurations behind the door: two full runs, a skipped one, a fast run from a queue, a summary, the event of a failed run, and what
 * services ask when something goes wrong. Nothing is refused, everything that is granted is used or listed, each statement is
 * needed, and a key with one more letter is refused. `npm test` draws some, a whole run has all.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { judge, type Question } from '../../../sandbox/door/judge.ts';
import { ofType } from '../../../sandbox/door/stack.ts';
import type { Recorded } from '../../../sandbox/door/start-door.ts';
import { doorConfigurations } from '../../support/door/configurations.ts';
import { callLines } from '../../support/door/door-calls.ts';
import { rowOf, tablePage } from '../../support/door/door-table.ts';
import { isStatementUsed, isUsed, lineOf, piecesOf } from '../../support/door/granted.ts';
import { dropped, refusesSome } from '../../support/door/mutations.ts';
import { behindDoor, type Played, play } from '../../support/door/played-scenario.ts';
import { secondVoice } from '../../support/door/second-voice.ts';
import { coveredStatements, neverUsed, sometimesUsed } from '../../support/door/unused.ts';
import { isWhole, sample } from '../../support/sample.ts';

/** A recorded request as nobody may make it: without TLS; a service's also for another account, and by another service. */
const fromElsewhere = ({ principal, action, resource, context = {} }: Recorded): readonly Question[] => {
  const asked = { principal, action, resource };
  const other = '999999999999';
  const source = String(context['aws:SourceArn']).replace(/\d{12}/, other);
  return [
    { ...asked, context: { ...context, 'aws:SecureTransport': 'false' } },
    ...(principal.kind === 'service'
      ? [
          { ...asked, context: { ...context, 'aws:SourceAccount': other, 'aws:SourceArn': source } },
          { ...asked, principal: { kind: 'service', service: 's3.amazonaws.com' } as const, context },
        ]
      : []),
  ];
};

/** The list that docs/real-aws.md compares with CloudTrail. */
const callList = 'test/fixtures/door-calls.jsonl';
const tableOfRefused = 'docs/refused-calls.md';

const names = Object.keys(doorConfigurations);
const used = new Set<string>();
const unused = new Set<string>();
const rows: string[] = [];
const lines = new Set<string>();
const coveredRows = new Set<(typeof coveredStatements)[number]>();

describe.each(
  isWhole
    ? names
    : [
        'everything',
        ...sample(
          names.filter(name => name !== 'everything'),
          1,
        ),
      ],
)('%s', name => {
  let played: Played;
  beforeAll(async () => {
    const configuration = doorConfigurations[name];
    if (configuration === undefined) throw new Error(`no configuration ${name}`);
    played = await behindDoor(configuration, play, { seed: 1 + names.indexOf(name) });
  });
  afterAll(() => {
    for (const piece of piecesOf(played.law)) (isUsed(piece, played.recorded) ? used : unused).add(lineOf(piece));
  });

  test('nothing is refused, nothing unknown is asked, and every run succeeds', () => {
    const errors = played.world.door.errors.filter(error => !/NoSuchKey|ConditionalCheckFailed/.test(error));
    expect({ refused: played.refused, faults: played.faults, errors }).toEqual({ refused: [], faults: [], errors: [] });
    expect(played.ends.map(({ status }) => status)).toEqual(played.ends.map(() => 'SUCCEEDED'));
  });

  test('each grant is used, or listed with a reason', () => {
    const idle = piecesOf(played.law).filter(piece => !isUsed(piece, played.recorded));
    const listed = [...neverUsed, ...sometimesUsed];
    expect(idle.map(lineOf).filter(line => !listed.some(([grant]) => grant.test(line)))).toEqual([]);
  });

  test('each statement that is used is needed: without it a request is refused', async () => {
    const needless: string[] = [];
    for (const { role, statement, law } of dropped(played.law)) {
      if (!isStatementUsed(role, statement, played)) continue;
      if (!(await refusesSome(law, role, played.recorded))) needless.push(`${role} ${statement}`);
    }
    for (const row of coveredStatements) if (needless.some(line => row[0].test(line))) coveredRows.add(row);
    expect(needless.filter(line => !coveredStatements.some(([known]) => known.test(line)))).toEqual([]);
  });

  test('each call is in the list that a real run is compared with', async () => {
    const called = callLines(played.recorded, played.world.stack.name);
    for (const line of called) lines.add(line);
    expect(called.length).toBeGreaterThan(20);
    if (isWhole) rows.push(await rowOf(name, played));
    else expect(called.filter(line => !readFileSync(callList, 'utf8').includes(`${line}\n`))).toEqual([]);
  });

  test('a key of the bucket with one more letter is refused', async () => {
    const keys = played.recorded.filter(({ action }) => /^s3:(?:Get|Put)Object$/.test(action));
    expect(keys.length).toBeGreaterThan(20);
    const taken: string[] = [];
    for (const request of new Map(keys.map(each => [each.resource, each])).values())
      if ((await judge(played.law, { ...request, resource: `${request.resource}x` })) === 'Allowed')
        taken.push(request.resource);
    expect(taken).toEqual([]);
  });

  test('each queue and topic has somebody who writes to it, over TLS and from this account alone', async () => {
    const { stack } = played.world;
    const sent = played.recorded.filter(
      ({ action, errorCode }) => /^(?:sns:Publish|sqs:SendMessage)$/.test(action) && errorCode === undefined,
    );
    const written = new Set(sent.map(({ resource }) => resource));
    // SQS itself moves what was received too often; the other takes a digest that a destination refused for days.
    const unwritten = [`${stack.name}-fast-lane-dead-letters`, `${stack.name}-undelivered`];
    const places = ['AWS::SQS::Queue', 'AWS::SNS::Topic'].flatMap(type => ofType(stack, type).map(({ arn }) => arn));
    expect(places.length).toBeGreaterThan(3);
    expect(places.filter(arn => !written.has(arn) && !unwritten.some(name => arn.endsWith(`:${name}`)))).toEqual([]);
    const taken: string[] = [];
    for (const request of new Map(sent.map(each => [JSON.stringify([each.principal, each.resource]), each])).values())
      for (const changed of fromElsewhere(request))
        if ((await judge(played.law, changed)) === 'Allowed') taken.push(JSON.stringify(changed));
    expect(taken).toEqual([]);
  });

  test('a second evaluator, which shares no code with the first, decides the same', () => {
    const { agreed, disagreed } = secondVoice(played);
    expect(disagreed).toEqual([]);
    expect(agreed).toBeGreaterThan(30);
  });
});

// All are played at night alone.
if (isWhole) {
  test('over all configurations, each list of what is not used is exact', () => {
    const idle = [...unused].filter(line => !used.has(line));
    const isListed = (line: string) => neverUsed.some(([grant]) => grant.test(line));
    const stale = [...neverUsed, ...sometimesUsed].filter(([grant]) => ![...unused].some(line => grant.test(line)));
    expect({
      unlisted: idle.filter(line => !isListed(line)),
      usedThough: [...used].filter(isListed),
      stale: [...stale, ...coveredStatements.filter(row => !coveredRows.has(row))].map(([pattern]) => pattern.source),
    }).toEqual({ unlisted: [], usedThough: [], stale: [] });
  });

  test('the list of calls and the table of what was refused are those of all configurations', () => {
    const made = { [callList]: `${[...lines].sort().join('\n')}\n`, [tableOfRefused]: tablePage(rows) };
    for (const [path, text] of Object.entries(made)) {
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
      expect(text).toBe(readFileSync(path, 'utf8'));
    }
  });
}
