/**
 * Runs container programs to their end: a CommonJS file whose top level starts an asynchronous main, in a sandbox with
 * the task's role. As under Node, a program ends when it calls `process.exit`, when it throws while it is loaded (code
 * 1), or when nothing is left that could continue it: no call to AWS in flight and no timer, once the region is quiet;
 * its code is then `process.exitCode`.
 */
import type { CorePorts } from '../../core-ports.ts';
import { ProgramExit } from '../../sandbox/process.ts';
import { Sandbox } from '../../sandbox/sandbox.ts';
import type { Principal } from '../../service.ts';
import type { Program } from './task-definition.ts';

export interface ContainerRun {
  readonly taskId: string;
  readonly name: string;
  readonly program: Program;
  readonly environment: Readonly<Record<string, string>>;
  readonly taskRoleArn: string;
}

interface RunningProgram {
  readonly sandbox: Sandbox;
  callsInFlight: number;
  isOver: boolean;
  readonly resolve: (code: number) => void;
}

export class ContainerRunner {
  readonly #ports: CorePorts;
  readonly #running = new Set<RunningProgram>();

  constructor(ports: CorePorts) {
    this.#ports = ports;
    ports.onQuiet(() => this.#endFinished());
  }

  /** Resolves with the exit code. */
  run(run: ContainerRun): Promise<number> {
    return new Promise((resolve) => {
      const running: RunningProgram = {
        sandbox: this.#createSandbox(run, () => running),
        callsInFlight: 0,
        isOver: false,
        resolve,
      };
      this.#running.add(running);
      try {
        running.sandbox.load(run.program.path);
      } catch (error) {
        if (error instanceof ProgramExit) return;
        this.#ports.writeLine(run.name, String((error as Error).stack ?? error), 'stderr');
        this.#end(running, 1);
      }
    });
  }

  #createSandbox(run: ContainerRun, current: () => RunningProgram): Sandbox {
    const { clock, region } = this.#ports;
    const principal: Principal = { kind: 'role', arn: run.taskRoleArn };
    const inFlight = async <T>(call: () => Promise<T>): Promise<T> => {
      const running = current();
      // What a program still does after its end reaches nobody.
      if (running.isOver) return new Promise<never>(() => undefined);
      running.callsInFlight += 1;
      try {
        return await call();
      } finally {
        running.callsInFlight -= 1;
      }
    };
    return new Sandbox({
      name: run.name,
      environment: { AWS_REGION: region, AWS_DEFAULT_REGION: region, ...run.program.environment, ...run.environment },
      argv: run.program.args,
      clock,
      prng: this.#ports.prng(run.taskId),
      call: (service, operation, input) => inFlight(() => this.#ports.call(service, operation, input, principal)),
      http: (url, request) => inFlight(() => this.#ports.http(url, request, principal)),
      write: (line, stream) => this.#ports.writeLine(run.name, line, stream),
      onExit: (code) => this.#end(current(), code),
    });
  }

  #endFinished(): boolean {
    let hasEnded = false;
    for (const running of this.#running) {
      if (running.callsInFlight > 0 || running.sandbox.timers.open > 0) continue;
      this.#end(running, running.sandbox.process.exitCode ?? 0);
      hasEnded = true;
    }
    return hasEnded;
  }

  #end(running: RunningProgram, code: number): void {
    if (running.isOver) return;
    running.isOver = true;
    this.#running.delete(running);
    running.sandbox.timers.discard();
    running.resolve(code);
  }
}
