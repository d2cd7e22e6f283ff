/**
 * Runs a command of `@aws-sdk/lib-dynamodb` without the SDK's middleware stack: the command's own two translating
 * middlewares are asked for and called around the region, so that marshalling options mean what the library makes of
 * them.
 */
type Handler = (args: { input: object }) => Promise<{ output: object }>;
type Translation = (next: Handler, context: object) => Handler;

interface Stack {
  addRelativeTo(middleware: Translation, options: object): void;
}

export interface DocumentCommand {
  readonly input: object;
  readonly clientCommand: { middlewareStack: Stack };
  addMarshallingMiddleware(configuration: object): void;
}

export const isDocumentCommand = (command: object): boolean => 'clientCommand' in command;

export async function translateDocument(
  command: DocumentCommand,
  configuration: object,
  call: (operation: string, input: object) => Promise<object>,
): Promise<object> {
  const { clientCommand } = command;
  const stack = clientCommand.middlewareStack;
  const translations: Translation[] = [];
  clientCommand.middlewareStack = { addRelativeTo: (middleware) => translations.push(middleware) };
  command.addMarshallingMiddleware(configuration);
  clientCommand.middlewareStack = stack;

  const operation = clientCommand.constructor.name.replace(/Command$/, '');
  const inRegion: Handler = async ({ input }) => ({ output: await call(operation, input) });
  const handler = translations.reduce((next, translation) => translation(next, {}), inRegion);
  return (await handler({ input: command.input })).output;
}
