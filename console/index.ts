/** The operator's console: an HTTP API over the operations, with the page that shows it. */
export { apiDocument } from './server/api.ts';
export { ensurePage } from './server/build-page.ts';
export type { ConsoleOperations } from './server/console-operations.ts';
export { PortsTaken } from './server/http-server.ts';
export { type Console, type ConsoleSettings, openConsole } from './server/open-console.ts';
export { operationsOf } from './server/operations-of.ts';
export { Problem } from './server/problems.ts';
export { rehearsalGate } from './server/rehearsal.ts';
