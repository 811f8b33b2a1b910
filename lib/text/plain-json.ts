/**
 * A JSON text in which strings can be searched for: escapes of printable ASCII and of the slash are written out. Only for
 * asking whether a text may be worth parsing: positions differ, and an escaped backslash before `u0061` is taken for an
 * escape, so that more is found than is there, never less.
 */
export const plainJson = (json: string): string =>
  json.includes('\\')
    ? json
        .replaceAll('\\/', '/')
        .replace(/\\u00([2-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : json;
