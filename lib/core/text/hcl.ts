/** A string of HCL: quotes escaped, interpolation switched off. */
export const hcl = (text: string): string => JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{');
