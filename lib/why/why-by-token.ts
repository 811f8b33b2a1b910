/** A service account that a controller asks with for a role, by a token: its own pods need no annotation for that. */
import { noCredentials, secondRolesOf } from '../facts.ts';
import { roleArnKey, roleNameOf } from '../model.ts';
import type { WhyContext } from './why-context.ts';
import type { WhyCause } from './why-reading.ts';

/** Why a service account without an annotation may be in order; undefined where no object of a controller names it. */
export const askedByToken = ({ target, accountName = '', snapshot }: WhyContext): WhyCause | undefined => {
  if (snapshot.kubernetes.status === 'unavailable') return undefined;
  const asked = secondRolesOf(snapshot.kubernetes.value, target.namespace, accountName).find(
    ({ isNamed, by }) => isNamed && by === 'token',
  );
  if (asked === undefined) return undefined;
  const name = `${target.namespace}/${accountName}`;
  const role = roleNameOf(asked.roleArn);
  return {
    message: `service account ${name} names no role, and ${asked.namedBy} needs none there: it asks for role ${role} with a token of it. Other calls of its pods have no role`,
    evidence: [
      { what: asked.namedBy, got: asked.roleArn, readFrom: `pods and resources of cluster ${snapshot.cluster.name}` },
      {
        what: `annotation ${roleArnKey}`,
        got: 'not set',
        wanted: 'the ARN of a role, for other calls alone',
        readFrom: `serviceaccounts of cluster ${snapshot.cluster.name}`,
      },
    ],
    podError: noCredentials,
    fix: {
      summary: `Nothing, where ${asked.namedBy} is all that calls AWS here; else give ${name} a role of its own.`,
      commands: [],
      choice: 'Whether the pods call AWS by themselves too.',
    },
  };
};
