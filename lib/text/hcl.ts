/** A string of HCL: quotes escaped, interpolation switched off. */
export const hcl = (text: string): string => notInterpolated(JSON.stringify(text));

/** An expression of HCL in whose strings nothing is interpolated. A function gives the replacement: in a text `$$` is one `$`. */
export const notInterpolated = (code: string): string => code.replaceAll('${', () => '$${').replaceAll('%{', '%%{');
