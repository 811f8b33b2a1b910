/** Rights that one holder has at a time: to run, and to send. A holder that dies loses its right when the time is up. */
import { randomUUID } from 'node:crypto';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { longestRunMinutes } from '../audit/contract.ts';
import { type FindingStore, leaseMinutes } from '../audit/ports.ts';
import { asService } from '../kit/classify-error.ts';
import { StateConflict } from '../kit/errors.ts';
import type { ItemKey, Table } from './table.ts';
import { readItem, updateIf } from './update.ts';

/** Who takes which right, for how many minutes from an instant on (ISO 8601). */
interface Claim {
  readonly right: 'running' | 'sending' | `sending to ${string}`;
  readonly holder: string;
  readonly at: string;
  readonly minutes: number;
}

/** Where it stands who has which right. */
interface Leases {
  /** Takes a right that nobody has, whose holder's time is up, or that the same holder has. Answers who else has it. */
  readonly take: (claim: Claim) => Promise<string | undefined>;
  /** Gives a right back; that of another holder is left as it is. */
  readonly release: (claim: Pick<Claim, 'right' | 'holder'>) => Promise<void>;
}

/** A right that changes hands between two calls is asked for so often. */
const attempts = 5;

/** The rights of a store of findings. A run claims for itself; an invocation that sends gets a token, because one that
 *  was given up may still be at work while its repeat begins. */
export const rightsOf = ({
  take,
  release,
}: Leases): Pick<FindingStore, 'claimRun' | 'releaseRun' | 'claimSending' | 'releaseSending'> => ({
  claimRun: (runId, at) => take({ right: 'running', holder: runId, at, minutes: longestRunMinutes }),
  releaseRun: runId => release({ right: 'running', holder: runId }),
  claimSending: async (runId, at, destination) => {
    const token = `${runId} ${randomUUID()}`;
    const other = await take({ right: rightToSend(destination), holder: token, at, minutes: leaseMinutes });
    if (other !== undefined) throw new StateConflict(`run ${other.split(' ')[0]} is sending notifications`);
    return token;
  },
  releaseSending: (token, destination) => release({ right: rightToSend(destination), holder: token }),
});

/** Of all that is unsent, or to one destination. */
const rightToSend = (destination: string | undefined): Claim['right'] =>
  destination === undefined ? 'sending' : `sending to ${destination}`;

const keyOf = (right: Claim['right']): ItemKey => ({ pk: right, sk: 'lease' });

/** Leases as items of the table. Throws `StateConflict` where a right changes hands faster than it can be asked for. */
export const tableLeases = (table: Table): Leases => ({
  take: async ({ right, holder, at, minutes }) => {
    const now = Date.parse(at);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const taken = await updateIf(table, {
        kind: 'lease',
        key: keyOf(right),
        set: { holder, until: new Date(now + minutes * 60_000).toISOString() },
        remove: [],
        // The client repeats a call whose answer was lost.
        condition: 'attribute_not_exists(#pk) OR #holder = :me OR #until < :now',
        values: { me: holder, now: new Date(now).toISOString() },
      });
      if (taken) return undefined;
      // Whoever had it may have given it back meanwhile.
      const other = await readItem(table, keyOf(right));
      if (typeof other?.holder === 'string') return other.holder;
    }
    throw new StateConflict(`the right of ${right} changes hands all the time`);
  },
  release: async ({ right, holder }) => {
    const command = new DeleteCommand({
      TableName: table.name,
      Key: { ...keyOf(right) },
      ConditionExpression: '#holder = :me',
      ExpressionAttributeNames: { '#holder': 'holder' },
      ExpressionAttributeValues: { ':me': holder },
    });
    try {
      await asService(`give back the right of ${right}`, () => table.client.send(command));
    } catch (error) {
      if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error;
    }
  },
});

/** Leases of one process. */
export const memoryLeases = (): Leases => {
  const held = new Map<string, { readonly holder: string; readonly until: number }>();
  return {
    take: async ({ right, holder, at, minutes }) => {
      const now = Date.parse(at);
      const other = held.get(right);
      if (other !== undefined && other.holder !== holder && other.until >= now) return other.holder;
      held.set(right, { holder, until: now + minutes * 60_000 });
      return undefined;
    },
    release: async ({ right, holder }) => {
      if (held.get(right)?.holder === holder) held.delete(right);
    },
  };
};
