import {
  clustersOf,
  type Facts,
  isAsked,
  type PlacedSection,
  placedSections,
  type SubjectsOfAccount,
  sectionsOfIssuer,
} from '../../facts.ts';
import {
  type Collected,
  canBeReadInside,
  fleetPart,
  type Missed,
  providerHostPath,
  readFailuresOf,
  samplePart,
  valueOr,
} from '../../model.ts';
import { publicIssuerOf } from '../../policy.ts';
import { compareText, given, hashOf } from '../../text.ts';

/**
 * The sections that this run did not read and with which a finding might say more: those that were refused, and those that
 * were not asked for. Wider than the gaps of coverage, which tell what an operator has to fix.
 */
export const missedSections = (facts: Facts, subjects: SubjectsOfAccount): readonly Missed[] => {
  const all = [...missedInAccount(facts, subjects), ...missedIssuers(facts, subjects), ...missedInFleet(facts)];
  return [...new Map(all.map(missed => [JSON.stringify(missed), missed])).values()];
};

/** A section that is asked for nowhere is named once, since there may be thousands. One that is asked for elsewhere is
 *  named with its place; so are clusters, since a region may refuse only now. */
const missedInAccount = ({ snapshot }: Facts, subjects: SubjectsOfAccount): readonly Missed[] => {
  const irsaRoles = new Set(subjects.role.map(({ role }) => role.arn));
  // The API of such a cluster cannot answer: nothing is missed by that.
  const silent = new Set(
    clustersOf(snapshot)
      .filter(({ cluster, kubernetes }) => !canBeReadInside(cluster) && !isAsked(kubernetes))
      .map(({ cluster }) => cluster.arn),
  );
  const placed = placedSections(snapshot).filter(
    ({ scope: { roleArn, clusterArn } }) =>
      (roleArn === undefined || irsaRoles.has(roleArn)) && (clusterArn === undefined || !silent.has(clusterArn)),
  );
  const asked = new Set(placed.filter(({ read }) => isAsked(read)).map(({ section }) => section));
  return placed
    .filter(({ read }) => read.status !== 'complete')
    .map(one => (one.section === 'clusters' || asked.has(one.section) ? missedPart(one) : unaskedAnywhere(one)));
};

const unaskedAnywhere = ({ scope: { accountId }, section }: PlacedSection): Missed => ({
  accountId,
  section,
  unasked: true,
});

const missedPart = ({ scope: { clusterName: _name, ...scope }, section, read }: PlacedSection): Missed => ({
  ...scope,
  section,
  ...partOf(read),
});

/** Of a list it counts which part is missing: another part has other entries. Other sections have other entries in every
 *  run, whatever is missing. */
const partOf = (read: Collected<unknown>): Pick<Missed, 'part'> => {
  if (read.status !== 'partial') return {};
  if (!Array.isArray(read.value)) return { part: samplePart };
  const names = read.gaps.map(({ what }) => what).sort(compareText);
  return { part: hashOf(names, 8) };
};

const missedIssuers = (facts: Facts, subjects: SubjectsOfAccount): readonly Missed[] => {
  const issuer = { accountId: facts.snapshot.accountId, section: 'issuer' } as const;
  const known = Object.keys(facts.issuers);
  const urls = new Set([...subjects.issuer.map(({ url }) => url), ...known]);
  const hasIssuers = subjects.issuer.length + subjects.provider.length > 0 || hasProbed(facts);
  return [
    ...(known.length === 0 && hasIssuers ? [issuer] : []),
    ...[...urls].filter(url => isIssuerMissed(url, facts)).map(url => ({ ...issuer, issuer: url })),
  ];
};

/** True where an issuer is probed that no rule is asked about: one of a provider that is neither of EKS nor public. */
const hasProbed = ({ snapshot }: Facts): boolean =>
  valueOr(snapshot.providers, []).some(({ arn }) => {
    const host = providerHostPath(arn);
    return host !== undefined && publicIssuerOf(host) === undefined;
  });

/** An issuer that does not answer is a fact. One that was not probed, or answers elsewhere perhaps, is not. */
const isIssuerMissed = (url: string, { issuers }: Facts): boolean => {
  const read = issuers[url];
  if (read === undefined) return true;
  return sectionsOfIssuer(read)
    .flatMap(({ section }) => readFailuresOf(section))
    .some(({ kind }) => read.fromPrivateNetwork || kind === 'throttled');
};

/** Of other accounts the index of the fleet says what is not complete. Of this one it may know less than the snapshot. */
const missedInFleet = ({ snapshot, fleet }: Facts): readonly Missed[] => [
  ...fleet.gaps.map(
    ({ accountId, region, section, part }): Missed => ({
      accountId,
      ...given({ region }),
      section,
      ...(part === undefined && accountId !== snapshot.accountId ? {} : { part: fleetPart }),
    }),
  ),
  ...fleet.accounts.flatMap(({ accountId, rolesRead, providersRead }): readonly Missed[] => [
    ...(rolesRead ? [] : [{ accountId, section: 'roles', part: fleetPart } as const]),
    ...(providersRead ? [] : [{ accountId, section: 'providers', part: fleetPart } as const]),
  ]),
];
