/**
 * What is wrong with a definition: collected over the whole document, so that one answer names every fault with its
 * place. Codes and wording follow ValidateStateMachineDefinition.
 */
export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: string;
  readonly message: string;
  /** JSON pointer into the definition, e.g. `/States/AwaitRoute/Next`. */
  readonly location: string;
}

export class Diagnostics {
  readonly found: Diagnostic[] = [];

  schema(location: string, message: string): void {
    this.found.push({ severity: 'ERROR', code: 'SCHEMA_VALIDATION_FAILED', message, location });
  }

  report(code: string, location: string, message: string): void {
    this.found.push({ severity: 'ERROR', code, message, location });
  }

  get failed(): boolean {
    return this.found.some((diagnostic) => diagnostic.severity === 'ERROR');
  }
}

/** The diagnostics as CreateStateMachine writes them into the message of InvalidDefinition. */
export function describeDiagnostics(found: readonly Diagnostic[]): string {
  return found.map(({ code, message, location }) => `${code}: ${message} at ${location}`).join(', ');
}
