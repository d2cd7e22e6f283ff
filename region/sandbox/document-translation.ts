/**
 * Runs a command of `@aws-sdk/lib-dynamodb` without the SDK's middleware stack: its input and output are translated
 * where the command's own key nodes say, with the client's own translation options, around the region.
 */
import type { marshallOptions, unmarshallOptions } from '@aws-sdk/util-dynamodb';
import { atKeyNodes, type KeyNodes, toAttribute, toNative } from './document-values.ts';

export interface DocumentCommand {
  readonly input: object;
  readonly clientCommand: object;
  readonly inputKeyNodes: KeyNodes;
  readonly outputKeyNodes: KeyNodes;
}

interface TranslateConfig {
  readonly marshallOptions?: marshallOptions;
  readonly unmarshallOptions?: unmarshallOptions;
}

export const isDocumentCommand = (command: object): boolean => 'clientCommand' in command;

export async function translateDocument(
  command: DocumentCommand,
  configuration: { readonly translateConfig?: TranslateConfig },
  call: (operation: string, input: object) => Promise<object>,
): Promise<object> {
  const { marshallOptions = {}, unmarshallOptions = {} } = configuration.translateConfig ?? {};
  const operation = command.clientCommand.constructor.name.replace(/Command$/, '');
  const input = atKeyNodes(command.input, command.inputKeyNodes, (value) => toAttribute(value, marshallOptions));
  const output = await call(operation, input as object);
  return atKeyNodes(output, command.outputKeyNodes, (attribute) => toNative(attribute, unmarshallOptions)) as object;
}
