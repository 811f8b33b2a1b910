/** The document that follows the line of a pasted command; empty where it has none. */
export const documentOf = (command: string | undefined): string => (command ?? '').split('\n').slice(1, -1).join('\n');
