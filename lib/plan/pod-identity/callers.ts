/** Whether the programs of a service account are new enough for EKS Pod Identity, by the user agents of its calls. */
import { type Facts, isVersionBelow, podIdentityMinimum, sdksOf } from '../../facts.ts';
import { assumeEventsOf } from '../../model.ts';
import { listed } from '../../text.ts';

/** The outcome, with the reason where it is not `new-enough`. */
type Callers = { readonly kind: 'new-enough' } | { readonly kind: 'too-old' | 'unknown'; readonly why: string };

/** Of all calls by which a service account got a role. A user agent that names no SDK whose least version is known leaves it open. */
export const callersOf = (roleArn: string, subject: string, { snapshot }: Facts): Callers => {
  const events = assumeEventsOf(snapshot.runtime).filter(
    one => one.roleArn === roleArn && one.subject === subject && one.successes > 0,
  );
  if (events.length === 0)
    return {
      kind: 'unknown',
      why:
        snapshot.runtime.status === 'unavailable'
          ? 'CloudTrail was not read (--cloud-trail shows the SDKs)'
          : 'CloudTrail shows no call of it in the time that was read',
    };
  const agents = [...new Set(events.flatMap(({ userAgents }) => userAgents))];
  const judged = agents.map(agent => ({
    agent,
    sdks: sdksOf(agent).map(sdk => ({ sdk, least: podIdentityMinimum(sdk) })),
  }));
  const old = judged.flatMap(({ sdks }) =>
    sdks.filter(({ sdk, least }) => least !== undefined && isVersionBelow(sdk.version, least)),
  );
  if (old.length > 0)
    return {
      kind: 'too-old',
      why: listed([...new Set(old.map(({ sdk, least }) => `${sdk.name} ${sdk.version} is below ${least}`))]),
    };
  const open = judged.filter(({ sdks }) => !sdks.some(({ least }) => least !== undefined));
  if (agents.length === 0 || open.length > 0)
    return { kind: 'unknown', why: `no least version is known for ${open[0]?.agent ?? 'a call without a user agent'}` };
  return { kind: 'new-enough' };
};
