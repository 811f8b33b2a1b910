import { isVersionBelow, type SeenSdk, sdksOf } from '../../../facts.ts';
import { type AssumeEvents, workingAgentsOf } from '../../../model.ts';
import { accountText } from '../../../policy.ts';
import type { Explained } from '../../prelude.ts';

/** An SDK below its documented minimum, and the user agent that names it. */
interface OldSdk {
  readonly sdk: SeenSdk;
  readonly agent: string;
  /** The name of its finding among those of the role. */
  readonly label: string;
}

/** SDKs too old for web identity in the user agents of calls none of which is seen to succeed (docs/facts.md §E.1). */
export const oldSdksOf = (event: AssumeEvents): readonly OldSdk[] => failingAgents(event).flatMap(oldSdksIn);

/** Their findings, where nothing else called: else they do not explain why calls are refused. */
export const oldSdkCauses = (event: AssumeEvents, subject: string): readonly Explained[] => {
  const each = failingAgents(event).map(oldSdksIn);
  const only = each.every(sdks => sdks.length > 0) ? each.flat() : [];
  return only.map(({ label }) => ({ ruleId: 'runtime-sdk-unsupported', subject, discriminator: label }));
};

const failingAgents = (event: AssumeEvents): readonly string[] => {
  const working = new Set(workingAgentsOf(event));
  return event.userAgents.filter(agent => !working.has(agent));
};

const oldSdksIn = (agent: string): readonly OldSdk[] =>
  sdksOf(agent)
    .filter(({ version, minimum }) => minimum !== undefined && isVersionBelow(version, minimum))
    .map(sdk => ({ sdk, agent, label: `${sdk.name} ${sdk.version}` }));

/** How a caller is named in messages: `orders/refund`, its whole subject where it is no service account's, or that the
 *  event does not name it. */
export const callerOf = ({ subject }: AssumeEvents): string =>
  subject === undefined ? 'an unnamed caller' : accountText(subject);
