import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

/** asl-validator ships no types. */
const validate: (definition: object) => { readonly isValid: boolean; readonly errors: readonly unknown[] } =
  load('asl-validator');

/** The part that is used of AWS's language service; its own types need those of an editor. */
interface LanguageService {
  parseJSONDocument(document: object): object;
  doValidation(
    document: object,
    parsed: object,
  ): PromiseLike<
    readonly { readonly message: string; readonly range: { readonly start: { readonly line: number } } }[]
  >;
}
interface LanguageModule {
  getLanguageService(options: object): LanguageService;
  readonly TextDocument: { create(uri: string, language: string, version: number, text: string): object };
}

/** The faults that AWS's own language service and asl-validator find in a definition, one line each. */
export const aslErrors = async (definition: object): Promise<readonly string[]> => {
  const { isValid, errors } = validate(structuredClone(definition));
  const { getLanguageService, TextDocument }: LanguageModule = load('amazon-states-language-service');
  const service = getLanguageService({});
  const text = JSON.stringify(definition, undefined, 1);
  const document = TextDocument.create('file:///definition.asl.json', 'json', 1, text);
  const found = await service.doValidation(document, service.parseJSONDocument(document));
  const lines = text.split('\n');
  return [
    ...(isValid ? [] : errors.map(error => JSON.stringify(error))),
    ...found.map(({ message, range }) => `${message} ${lines[range.start.line]?.trim()}`),
  ];
};
