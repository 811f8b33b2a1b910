/** Which issuers a command answers for: never the one that happens to stand first. */
import { issuersOfPolicy } from '../../facts.ts';
import { noIssuer, type Policy } from '../../policy.ts';
import { visible } from '../../text.ts';
import { hasPlaceholder } from '../lint/placeholders.ts';
import { type Io, UsageError } from '../shell/io.ts';

/** The issuers of a question, at least one: the one that was given, else those of the clusters that the policy trusts, else
 *  its only other one. Says on stderr where that is no cluster's, or not the policy's. Throws `UsageError` for a
 *  placeholder, and where the policy does not tell which of several is meant. */
export const askedIssuers = (policy: Policy, given: string | undefined, io: Io): readonly [string, ...string[]] => {
  const say = (text: string) => io.stderr.write(`irsa-auditor: ${visible(text)}\n`);
  const { clusters, others } = issuersOfPolicy(policy);
  if (given !== undefined) {
    if (hasPlaceholder(given))
      throw new UsageError(`--issuer is ${given}, a placeholder: give the issuer of a cluster`);
    const named = [...clusters, ...others];
    if (!named.includes(given))
      say(`the policy does not name the issuer ${given}${named.length > 0 ? `; it names ${listed(named)}` : ''}`);
    return [given];
  }
  const [first, ...more] = clusters;
  if (first !== undefined) return [first, ...more];
  const [only, ...rest] = others;
  if (only === undefined) {
    say('the policy names no OIDC provider: give --issuer to ask about a cluster');
    return [noIssuer];
  }
  if (rest.length > 0)
    throw new UsageError(
      `the policy names ${others.length} issuers, none of them known as a cluster's: give --issuer with one of ${listed(others)}`,
    );
  say(`nothing tells that ${only} is the issuer of a cluster: the answer is for its tokens`);
  return [only];
};

/** The only issuer of a question. Throws `UsageError` where the policy trusts several clusters and none was given. */
export const askedIssuer = (policy: Policy, given: string | undefined, io: Io): string => {
  const [first, ...more] = askedIssuers(policy, given, io);
  if (more.length > 0)
    throw new UsageError(
      `the policy trusts ${more.length + 1} clusters: give --issuer with one of ${listed([first, ...more])}`,
    );
  return first;
};

const listed = (issuers: readonly string[]): string => issuers.join(', ');
