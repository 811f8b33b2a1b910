/** Whether the nodes of a cluster reach STS by its regional name (docs/facts.md §K.2). */
import type { ClusterNetwork, NodePlace, Route, SecurityGroup, SecurityRule, StsEndpoint } from '../model.ts';
import { actionTruth, isInRange, webIdentityAction } from '../policy.ts';
import { given, isObject, type JsonObject, jsonOf } from '../text.ts';

/** `reached`: by an endpoint or a NAT gateway. `unknown`: it cannot be proven. The others are proven as far as EC2 tells:
 *  `no-way`, nothing leads out of the VPC and it has no endpoint; `refused-by-group`, the security groups of endpoint and nodes
 *  leave no way on port 443; `refused-by-policy`, the policy of the endpoint allows no AssumeRoleWithWebIdentity. */
export type StsReach = 'reached' | 'unknown' | 'no-way' | 'refused-by-group' | 'refused-by-policy';

/** A place of nodes, and whether they reach STS. */
export interface ReachOfPlace {
  readonly place: NodePlace;
  readonly reach: StsReach;
  /** The endpoint that decides. */
  readonly endpointId?: string;
  /** Why it cannot be proven. */
  readonly because?: string;
}

/** Whether the nodes of each place reach STS, and by which endpoint. */
export const stsReachOf = (network: ClusterNetwork): readonly ReachOfPlace[] =>
  network.places.map(place => {
    const endpoints = network.stsEndpoints.filter(({ vpcId, isAvailable }) => vpcId === place.vpcId && isAvailable);
    const named = endpoints.find(({ hasPrivateDns }) => hasPrivateDns);
    if (named !== undefined) {
      const because = `the rules of its security groups, or its policy, leave open whether endpoint ${named.id} lets them through`;
      return { ...asProven(place, { reach: throughEndpoint(place, named, network), because }), endpointId: named.id };
    }
    const out = wayOut(place, network);
    // A private hosted zone of one's own may lead the name to an endpoint without private DNS.
    const [nameless] = endpoints;
    if (out.reach !== 'no-way' || nameless === undefined) return asProven(place, out);
    const because = `whether a private hosted zone leads the name of STS to endpoint ${nameless.id}, which has no private DNS, is not read, and nothing else leads there`;
    return { place, reach: 'unknown', because };
  });

/** True where all nodes reach STS by an endpoint with private DNS, and nothing leads out of their VPC: there the regional name
 *  alone has an address that answers. */
export const reachesRegionalNameAlone = (network: ClusterNetwork): boolean => {
  const reached = stsReachOf(network);
  return (
    reached.length > 0 &&
    reached.every(
      ({ place, reach, endpointId }) =>
        reach === 'reached' && endpointId !== undefined && !place.isMixed && wayOut(place, network).reach === 'no-way',
    )
  );
};

/** Pods of nodes with interfaces elsewhere may have another way than their node. */
const asProven = (place: NodePlace, { reach, because }: Way): ReachOfPlace => {
  if (reach === 'unknown') return { place, reach, ...given({ because }) };
  return place.isMixed && (reach === 'no-way' || reach === 'refused-by-group')
    ? { place, reach: 'unknown', because: 'nodes there have interfaces in other subnets or groups too' }
    : { place, reach };
};

type Way = Pick<ReachOfPlace, 'reach' | 'because'>;

const throughEndpoint = (place: NodePlace, endpoint: StsEndpoint, { securityGroups }: ClusterNetwork): StsReach => {
  const admitted = joined(
    admits(groupsOf(endpoint.securityGroupIds, securityGroups), 'ingress', rule => isFrom(rule, place)),
    // An answer goes back by itself; the destination of a rule of egress is the endpoint, whose address is not read.
    admits(groupsOf(place.securityGroupIds, securityGroups), 'egress', rule =>
      leadsTo(rule, endpoint.securityGroupIds),
    ),
  );
  if (admitted !== 'yes') return admitted === 'no' ? 'refused-by-group' : 'unknown';
  const allowed = allowsWebIdentity(endpoint.policy);
  if (allowed === 'yes') return 'reached';
  return allowed === 'no' ? 'refused-by-policy' : 'unknown';
};

type Answer = 'yes' | 'no' | 'open';

const joined = (...answers: readonly Answer[]): Answer => {
  if (answers.includes('no')) return 'no';
  return answers.includes('open') ? 'open' : 'yes';
};

const anyOf = (answers: readonly Answer[]): Answer => {
  if (answers.includes('yes')) return 'yes';
  return answers.includes('open') ? 'open' : 'no';
};

/** The groups by id; undefined where one of them was not read. */
const groupsOf = (ids: readonly string[], groups: readonly SecurityGroup[]): readonly SecurityGroup[] | undefined => {
  const found = ids.flatMap(id => groups.find(group => group.id === id) ?? []);
  return found.length === ids.length && ids.length > 0 ? found : undefined;
};

const httpsPort = 443;

const admits = (
  groups: readonly SecurityGroup[] | undefined,
  direction: 'ingress' | 'egress',
  fits: (rule: SecurityRule) => Answer,
): Answer => {
  if (groups === undefined) return 'open';
  const rules = groups
    .flatMap(group => group[direction])
    .filter(({ ports }) => ports === undefined || (ports[0] <= httpsPort && httpsPort <= ports[1]));
  return anyOf(rules.map(fits));
};

const isFrom = ({ cidrs, securityGroupIds, hasPrefixList }: SecurityRule, place: NodePlace): Answer => {
  if (securityGroupIds.some(id => place.securityGroupIds.includes(id))) return 'yes';
  if (cidrs.some(cidr => isInRange(place.address, cidr))) return 'yes';
  return hasPrefixList ? 'open' : 'no';
};

const leadsTo = ({ cidrs, securityGroupIds, hasPrefixList }: SecurityRule, endpoints: readonly string[]): Answer => {
  if (cidrs.includes('0.0.0.0/0') || securityGroupIds.some(id => endpoints.includes(id))) return 'yes';
  return cidrs.length > 0 || hasPrefixList ? 'open' : 'no';
};

/** Where the routes of a subnet lead. A gateway endpoint (S3, DynamoDB) leads to no STS. */
const wayOut = (place: NodePlace, { routeTables }: ClusterNetwork): Way => {
  const own = routeTables.filter(({ vpcId }) => vpcId === place.vpcId);
  const table = own.find(({ subnetIds }) => subnetIds.includes(place.subnetId)) ?? own.find(({ isMain }) => isMain);
  if (table === undefined) return { reach: 'unknown', because: 'its route table was not among those of the answer' };
  if (table.isShared)
    return { reach: 'unknown', because: 'its route table is of another account, or of an unnamed one' };
  const out = table.routes.filter(route => route.isActive && !isInside(route));
  const everywhere = out.filter(({ destination }) => destination === '0.0.0.0/0');
  if (everywhere.some(({ target }) => /^nat-/.test(target))) return { reach: 'reached' };
  const route = everywhere[0] ?? out[0];
  if (route === undefined) return { reach: 'no-way' };
  const because = /^igw-/.test(route.target)
    ? `its route leads to internet gateway ${route.target}, and whether nodes have public addresses is not read`
    : `where ${route.target || 'the target'} of its route to ${route.destination} leads is not followed`;
  return { reach: 'unknown', because };
};

const isInside = ({ destination, target }: Route): boolean =>
  target === 'local' || (/^vpce-/.test(target) && /^pl-/.test(destination));

/** Whether the policy of an endpoint lets a call without an AWS principal through. `open` where a condition, a Deny, a
 *  principal or a form that is not read decides. */
const allowsWebIdentity = (policy: string | undefined): Answer => {
  if (policy === undefined) return 'yes';
  const document = jsonOf(policy);
  if (!isObject(document)) return 'open';
  const statements = [document.Statement].flat();
  if (!statements.every(isObject)) return 'open';
  const about = statements.filter(statement => truthOf(statement).possible !== false);
  if (!about.some(({ Effect }) => Effect === 'Allow')) return 'no';
  return about.every(isForEverybody) ? 'yes' : 'open';
};

const truthOf = ({ Action, NotAction }: JsonObject) =>
  actionTruth({ ...given({ actions: textsOf(Action), notActions: textsOf(NotAction) }) }, webIdentityAction);

const textsOf = (value: unknown): readonly { readonly text: string }[] | undefined =>
  value === undefined ? undefined : [value].flat().map(text => ({ text: String(text) }));

const isForEverybody = (statement: JsonObject): boolean => {
  const { Effect, Principal, Condition, Resource } = statement;
  const isAnyone = Principal === '*' || (isObject(Principal) && [Principal.AWS].flat().includes('*'));
  return (
    Effect === 'Allow' && isAnyone && Condition === undefined && Resource === '*' && truthOf(statement).certain === true
  );
};
