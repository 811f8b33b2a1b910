import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { factsOfPartition, homeRegion, partitionOf, partitions } from '../../lib/model/partition.ts';

/** The partitions that the AWS SDK knows, from the table in its sources, which is not exported. */
const source = readFileSync('node_modules/@aws-sdk/core/dist-cjs/submodules/client/index.js', 'utf8');
const [, table = ''] = /const partitionsInfo = (\{[\s\S]*?\n\});?\n/.exec(source) ?? [];
const { partitions: sdk } = z
  .object({
    partitions: z.array(
      z.object({
        id: z.string(),
        outputs: z.object({ dnsSuffix: z.string(), implicitGlobalRegion: z.string() }),
        regionRegex: z.string(),
        regions: z.record(z.string(), z.unknown()),
      }),
    ),
  })
  .parse(JSON.parse(table));

test('each partition of the SDK is in the table, with its regions and its endpoints', () => {
  expect(sdk.length).toBeGreaterThan(7);
  expect(Object.keys(partitions).sort()).toEqual(sdk.map(({ id }) => id).sort());
  for (const { id, outputs, regions } of sdk) {
    expect([id, factsOfPartition(id)?.dnsSuffix]).toEqual([id, outputs.dnsSuffix]);
    const real = Object.keys(regions).filter(region => !region.includes('global'));
    expect(real.length).toBeGreaterThan(0);
    for (const region of real) expect([region, partitionOf(region)]).toEqual([region, id]);
  }
});

test('the region that IAM is asked in lies in its partition', () => {
  for (const name of Object.keys(partitions)) {
    const region = homeRegion(name);
    if (name === 'aws') expect(region).toBeUndefined();
    else expect([region, partitionOf(region ?? '')]).toEqual([region, name]);
  }
});

test('a name that is no partition has no facts', () => {
  for (const name of ['', 'aws-x', 'constructor', '__proto__']) expect(factsOfPartition(name)).toBeUndefined();
  expect(partitionOf('mars-west-1')).toBe('aws');
});

test('where Security Hub and chat channels are is told of each partition', () => {
  const those = (has: 'inSecurityFindings' | 'hasChatChannels') =>
    Object.entries(partitions).flatMap(([name, facts]) => (facts[has] ? [name] : []));
  expect(those('inSecurityFindings')).toEqual(['aws-cn', 'aws-us-gov', 'aws']);
  expect(those('hasChatChannels')).toEqual(['aws-eusc', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f', 'aws']);
});
