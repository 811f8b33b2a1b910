/** The grants, piece by piece: each action and resource pattern of each statement of each role. For tests only: it shares no
 *  code with the door's judge. */
import type { Law } from '../../../sandbox/door/judge.ts';
import type { Recorded } from '../../../sandbox/door/start-door.ts';

/** One piece: an action on a resource pattern, of a role. */
export interface Piece {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

const list = (value: unknown): readonly string[] => [value ?? []].flat().map(String);

/** Every piece that the roles of a stack are granted. */
export const piecesOf = ({ policies }: Law): readonly Piece[] =>
  [...policies.identity].flatMap(([role, documents]) =>
    documents.flatMap(({ policy }) =>
      policy.Statement.flatMap(({ Action, Resource }) =>
        list(Action).flatMap(action => list(Resource).map(resource => ({ role, action, resource }))),
      ),
    ),
  );

const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

/** Whether a request of a role was allowed by a piece. */
export const isUsed = ({ role, action, resource }: Piece, recorded: readonly Recorded[]): boolean =>
  recorded.some(
    request =>
      request.errorCode === undefined &&
      request.principal.kind === 'session' &&
      request.principal.roleArn === role &&
      matches(action.toLowerCase(), request.action.toLowerCase()) &&
      matches(resource, request.resource),
  );

/** Whether a request of a role was allowed by a statement of it. */
export const isStatementUsed = (
  role: string,
  statement: string,
  { recorded }: { readonly recorded: readonly Recorded[] },
): boolean => {
  const { Action, Resource } = JSON.parse(statement);
  return list(Action).some(action => list(Resource).some(resource => isUsed({ role, action, resource }, recorded)));
};

/** Pieces as lines that hold in every place, whatever the name of the deployment: `list-targets s3:PutObject runs/*`. */
export const lineOf = ({ role, action, resource }: Piece): string =>
  `${role.replace(/^.*\//, '')} ${action} ${resource.replace(/^arn:[^:]*:s3:::[^/]*\/?/, 's3 ').replace(/^arn:[^:]*:([^:]*):[^:]*:[^:]*:/, '$1 ')}`.replaceAll(
    'tarn-',
    'irsa-auditor-',
  );
