/** Changes on their way to the bus of the fast lane: the rules and the role that docs/member-events.yaml makes, and the policy of the bus. */
import { expect, test } from '@jest/globals';
import type { Policies } from '../../../sandbox/door/policies.ts';
import { behindDoor, changeEvent, type DoorWorld } from '../../support/door/played-scenario.ts';

const inOrganization = (organizationId: string) => ({
  ...{ operations: 'none', accounts: { from: 'organization' } },
  fastLane: { enabled: true, organizationId },
});

/** The fate of the event of an account: whether it was taken, what the queue has, and what was refused. */
const sent = async (world: DoorWorld, account: string, change: object = {}) => {
  const { emit, local, stack, door } = world;
  const event = { ...changeEvent(world, account), ...change };
  const isTaken = await emit(event);
  const waiting = local.messages.inspectQueue(`${stack.name}-fast-lane`)?.messages.ready.length;
  return { isTaken, waiting, refused: door.refused(), faults: door.faults };
};

test('what an account of the organization tells reaches the queue, and what was only tried does not', async () => {
  await behindDoor(
    ({ organizationId }) => inOrganization(organizationId),
    async world => {
      const { place } = world;
      expect(await sent(world, place.member)).toEqual({ isTaken: true, waiting: 1, refused: [], faults: [] });
      const { detail } = changeEvent(world, place.member);
      const tried = { detail: { ...detail, errorCode: 'AccessDenied' } };
      expect(await sent(world, place.member, tried)).toMatchObject({ isTaken: false, waiting: 1, refused: [] });
      expect(await sent(world, place.home)).toMatchObject({ isTaken: true, waiting: 2, refused: [] });
    },
    { seed: 4 },
  );
});

const without = (bus: RegExp, { resource, ...policies }: Policies): Policies => ({
  ...policies,
  resource: new Map([...resource].filter(([arn]) => !bus.test(arn))),
});

test.each([
  ['of a bus without a policy', { change: (policies: Policies) => without(/:event-bus\//, policies) }, undefined],
  ['of another organization', {}, 'o-elsewhere000'],
] as const)('an account %s is refused, and the own account is not', async (_title, choices, organization) => {
  await behindDoor(
    ({ organizationId }) => inOrganization(organization ?? organizationId),
    async world => {
      const { place, stack } = world;
      expect((await sent(world, place.home)).isTaken).toBe(true);
      const { isTaken, waiting, refused, faults } = await sent(world, place.member);
      expect({ isTaken, waiting, faults }).toEqual({ isTaken: false, waiting: 1, faults: [] });
      expect(refused).toHaveLength(1);
      expect(refused[0]).toContain(`:${place.member}:role/Role was refused events:PutEvents on`);
      expect(refused[0]).toContain(`:event-bus/${stack.name}-fast-lane`);
    },
    { seed: 4, ...choices },
  );
});
