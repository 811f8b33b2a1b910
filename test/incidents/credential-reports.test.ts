import { describe, expect, test } from '@jest/globals';
import { given } from '../../lib/text/given.ts';
import { someFacts } from '../support/example-world.ts';
import { firstReports, secondReports } from './credential-reports.ts';
import { fourthReports } from './fourth-round-credentials.ts';
import { foundIn, whyOf } from './judge.ts';
import { thirdReports } from './third-round-credentials.ts';

const reports = [...firstReports, ...secondReports, ...thirdReports, ...fourthReports];
const named = reports.map(one => [`${one.source}: ${one.cause}`, one] as const);

describe('reports of credentials that are not those of the role', () => {
  test.each(named.filter(([, { facts }]) => facts !== undefined))('the state of %s', (_, report) => {
    const facts = (report.facts ?? someFacts)();
    expect({ found: foundIn(facts), ...given({ why: report.target && whyOf(report.target, facts) }) }).toEqual({
      found: report.found,
      ...given({ why: report.why }),
    });
  });
});
