/** Invokes a function of the product for an operator and reads what it answers. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Deployed, OutputName } from './deployed.ts';
import { OperationError } from './operation-error.ts';

const text = new TextDecoder();

/** @throws OperationError BAD_INPUT when the function could not read the request, else WRONG_STATE, with what it said */
export async function callFunction<Answer>(
  { functions, output }: Pick<Deployed, 'functions' | 'output'>,
  function_: { readonly name: string; readonly output: OutputName },
  request: object,
): Promise<Answer> {
  const { FunctionError, Payload } = await functions.send(
    new InvokeCommand({
      FunctionName: output(function_.output),
      Payload: new TextEncoder().encode(JSON.stringify(request)),
    }),
  );
  const answer: unknown = JSON.parse(Payload === undefined ? 'null' : text.decode(Payload));
  if (FunctionError === undefined) return answer as Answer;
  const { errorType = FunctionError, errorMessage = '' } = (answer ?? {}) as Record<string, string>;
  throw new OperationError(
    errorType === 'ZodError' ? 'BAD_INPUT' : 'WRONG_STATE',
    `${function_.name} stopped with ${errorType}: ${errorMessage}`,
    `Ask again; if it stays, read the log of the function ${function_.name}.`,
  );
}
