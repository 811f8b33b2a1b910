import {
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import * as z from 'zod';
import { TargetsUnreadable, ThrottledError, TransientError } from '../../kit/errors.ts';
import { credentialsProblem, readFailureFromError } from '../unread-from-error.ts';
import { worldName } from '../world-text.ts';

/** Which accounts of the organization. */
export interface OrganizationFilter {
  readonly exclude: readonly string[];
  /** Units (or the root) whose accounts are wanted, those of nested units included; empty means all. */
  readonly organizationalUnits: readonly string[];
}

/** An account of the organization. */
interface OrganizationAccount {
  readonly accountId: string;
  readonly name: string;
}

/** An organization has at most some thousands of accounts, 20 a page; nesting is at most five deep. */
const maxPages = 2_000;
const maxUnits = 5_000;

const accountPage = z.object({
  Accounts: z
    .array(
      z
        .object({
          Id: z.string().regex(/^\d{12}$/),
          Name: worldName.default(''),
          Status: z.string().optional(),
          State: z.string().optional(),
        })
        .refine(({ Status, State }) => Status ?? State, 'has neither State nor Status'),
    )
    .max(1000),
  NextToken: z.string().min(1).nullish(),
});
const unitPage = z.object({
  OrganizationalUnits: z.array(z.object({ Id: z.string().min(1) })).max(1000),
  NextToken: z.string().min(1).nullish(),
});
type Accounts = z.output<typeof accountPage>['Accounts'];

/**
 * The active accounts of the organization, in order of their ids. A list that cannot be read whole throws
 * `TargetsUnreadable`: an audit of half the accounts would call living providers orphans.
 */
export const organizationAccounts = async (
  client: OrganizationsClient,
  filter: OrganizationFilter,
): Promise<readonly OrganizationAccount[]> => {
  const found =
    filter.organizationalUnits.length === 0
      ? await allAccounts(client)
      : await accountsUnder(client, filter.organizationalUnits);
  const excluded = new Set(filter.exclude);
  const accounts = new Map<string, OrganizationAccount>();
  for (const { Id, Name, Status, State } of found)
    if ((State ?? Status) === 'ACTIVE' && !excluded.has(Id)) accounts.set(Id, { accountId: Id, name: Name });
  return [...accounts.values()].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
};

/** An organization has its management account at least: an empty list is no answer. */
const allAccounts = async (client: OrganizationsClient): Promise<Accounts> => {
  const accounts = await pages('organizations:ListAccounts', async token => {
    const { Accounts, NextToken } = accountPage.parse(await client.send(new ListAccountsCommand(from(token))));
    return { items: Accounts, next: NextToken };
  });
  if (accounts.length === 0)
    throw new TargetsUnreadable('organizations:ListAccounts gave no account, not even the one that manages the others');
  return accounts;
};

/** All accounts below units, however deep, suspended ones too. Throws `TargetsUnreadable`. */
export const accountsUnder = async (client: OrganizationsClient, units: readonly string[]): Promise<Accounts> => {
  const accounts: Accounts = [];
  const queue = [...units];
  const seen = new Set<string>();
  for (let parent = queue.shift(); parent !== undefined; parent = queue.shift()) {
    if (seen.has(parent)) continue;
    seen.add(parent);
    if (seen.size > maxUnits) throw new TargetsUnreadable(`more than ${maxUnits} organizational units`);
    accounts.push(...(await accountsOf(client, parent)));
    queue.push(...(await unitsOf(client, parent)));
  }
  return accounts;
};

const accountsOf = (client: OrganizationsClient, ParentId: string): Promise<Accounts> =>
  pages('organizations:ListAccountsForParent', async token => {
    const command = new ListAccountsForParentCommand({ ParentId, ...from(token) });
    const { Accounts, NextToken } = accountPage.parse(await client.send(command));
    return { items: Accounts, next: NextToken };
  });

const unitsOf = (client: OrganizationsClient, ParentId: string): Promise<readonly string[]> =>
  pages('organizations:ListOrganizationalUnitsForParent', async token => {
    const command = new ListOrganizationalUnitsForParentCommand({ ParentId, ...from(token) });
    const { OrganizationalUnits, NextToken } = unitPage.parse(await client.send(command));
    return { items: OrganizationalUnits.map(({ Id }) => Id), next: NextToken };
  });

const from = (token: string | undefined) => (token === undefined ? {} : { NextToken: token });

const pages = async <T>(
  operation: string,
  read: (
    token: string | undefined,
  ) => Promise<{ readonly items: readonly T[]; readonly next: string | null | undefined }>,
): Promise<T[]> => {
  const items: T[] = [];
  let token: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    let answer: Awaited<ReturnType<typeof read>>;
    try {
      answer = await read(token);
    } catch (error) {
      throw unreadableTargets(error, operation, "the organization's accounts");
    }
    items.push(...answer.items);
    if (!answer.next) return items;
    if (answer.next === token) throw new TargetsUnreadable(`${operation} gave the same page token twice`);
    token = answer.next;
  }
  throw new TargetsUnreadable(`${operation} gave more than ${maxPages} pages`);
};

/** Which error leaves a target source: what the user must fix, what a repeat may fix, or neither. `what` begins the
 *  sentence: `the organization's accounts`. */
export const unreadableTargets = (error: unknown, operation: string, what: string): Error => {
  const problem = credentialsProblem(error);
  if (problem) return problem;
  const { kind, message, permission } = readFailureFromError(error, operation);
  const grant = permission === undefined ? '' : `; grant ${permission}`;
  const sentence = `${what} could not be read (${operation}, ${kind}): ${message}${grant}`;
  if (kind === 'throttled') return new ThrottledError(sentence, { cause: error });
  if (kind === 'timed-out' || kind === 'unreachable') return new TransientError(sentence, { cause: error });
  return new TargetsUnreadable(sentence, { cause: error });
};
