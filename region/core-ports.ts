/** What the region gives, beyond `RegionPorts`, to the services that run programs and machines: Lambda, ECS, Step Functions. */
import type { CompletionBoard } from './completions.ts';
import type { FunctionFault } from './faults/fault-desk.ts';
import type { Prng } from './prng.ts';
import type { HttpAnswer, HttpRequest, Principal, RegionPorts } from './service.ts';

export interface CorePorts extends RegionPorts {
  /** Registers what to ask before time moves; it answers true when it made more work runnable. */
  onQuiet(listener: () => boolean): void;
  /** Lets what came of real I/O in, at a quiet point of the run and at the time that it is by then. */
  letIn(work: () => void): void;
  /** What runs for longer than the call that started it. */
  readonly completions: CompletionBoard;
  /** A request to a URL that a service of the region owns; `principal` is who signed it. */
  http(url: URL, request: HttpRequest, principal: Principal): Promise<HttpAnswer>;
  /** A stream of chance of its own, e.g. for one function. */
  prng(stream: string): Prng;
  /** As `call`, but what a synchronous operation answers or throws comes at once: for programs, which call most. */
  callNow(service: string, operation: string, input: object, principal: Principal): unknown;
  /** What goes wrong with this invocation of a function, if anything does. @param event JSON text */
  faultOf?(functionName: string, event: string): FunctionFault | undefined;
  /** Takes one line that a program printed. */
  writeLine(program: string, line: string, stream: 'stdout' | 'stderr'): void;
}
