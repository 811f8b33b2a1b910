/** Items and errors of the table in memory. */

/** An item as the document client hands it over: plain values. */
export type PlainItem = Readonly<Record<string, unknown>>;

/** The answer of DynamoDB with a code. */
export class TableError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message = code, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Throws what DynamoDB answers to a request that it does not understand. */
export const invalid = (message: string): never => {
  throw new TableError('ValidationException', message);
};

/** The key of an item under which this table files it: partition and sort key, parted by NUL. */
export const keyOf = ({ pk, sk }: PlainItem): string => `${pk}\u0000${sk}`;

/** The item of a text: nobody can change it, so it is handed out without a copy. */
export const itemOf = (text: string): PlainItem => frozen(JSON.parse(text));

const frozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
};
