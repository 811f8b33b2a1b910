/** The tables of ways, each as a whole: what each needs, as which services, on what it depends, and how it is told. */
import { expect, test } from '@jest/globals';
import { customWorkloads } from '../../lib/reach/become/custom-workloads.ts';
import { reachKinds } from '../../lib/reach/node/reach-graph.ts';
import { ways } from '../../lib/reach/node/way.ts';
import { secretActions } from '../../lib/reach/secret-actions.ts';
import { roleWays, selfWays, userWays } from '../../lib/reach/ways/iam-ways.ts';
import { launchKeys, launchTagged } from '../../lib/reach/ways/launch-keys.ts';
import {
  accessWays,
  boundaryWays,
  newPrincipalWays,
  podIdentityWay,
  versionWay,
} from '../../lib/reach/ways/more-ways.ts';
import { furtherWays, serviceWays } from '../../lib/reach/ways/service-ways.ts';
import type { Way } from '../../lib/reach/ways/way.ts';
import { whole } from '../support/whole/whole.ts';

/** One line for each way: a long list is cut where it is compared. */
const inLines = (some: readonly Way[]): readonly string[] => some.map(way => JSON.stringify(way));
const inTwenties = (title: string, lines: readonly string[]): void => {
  for (let at = 0; at < lines.length; at += 20) whole(`${title} ${at}`, lines.slice(at, at + 20));
};

test('ways to more permissions', () => {
  const more = [...newPrincipalWays, ...boundaryWays, versionWay, podIdentityWay, ...accessWays];
  const tables = { selfWays, roleWays, userWays, serviceWays, furtherWays, more };
  for (const [title, some] of Object.entries(tables)) inTwenties(title, inLines(some));
  expect(serviceWays.length).toBeGreaterThan(40);
});

test('ways in a cluster, workloads of others, keys of a launch, actions that read secrets', () => {
  inTwenties(
    'ways',
    Object.entries(ways).map(([id, way]) => `${id}: ${JSON.stringify(way)}`),
  );
  inTwenties(
    'workloads',
    customWorkloads.map(one => JSON.stringify(one)),
  );
  inTwenties(
    'keys',
    Object.entries(launchKeys).map(([key, of]) => `${key}: ${of.join(' ')}`),
  );
  inTwenties('others', [...reachKinds, ...launchTagged, ...secretActions]);
  expect(customWorkloads.length).toBeGreaterThan(10);
});
