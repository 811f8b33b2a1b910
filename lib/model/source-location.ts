/** A place in a text: of a policy, or of the file that holds it. Lines and columns count from 1, columns in UTF-16 units. */
export interface SourceLocation {
  readonly line: number;
  readonly column: number;
}
