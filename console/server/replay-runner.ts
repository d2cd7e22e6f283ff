/**
 * Runs replays in the background of the server, and tells how they come along. What it does is kept in the job's own
 * table, so that a replay goes on after a restart, or in another tool; nothing is replayed twice by either.
 */
import type { ReplayJob } from '../../operations/model/replay.ts';
import type { ConsoleOperations } from './console-operations.ts';
import { isOutage, Problem, problemOf } from './problems.ts';

interface Run {
  readonly abort: AbortController;
  readonly ended: Promise<ReplayJob>;
  /** Resolves at the first sign of progress. */
  readonly begun: Promise<void>;
  readonly latest: () => ReplayJob;
}

/** So long a caller waits for the first sign of a run, or for the last of a stopped one. */
const PATIENCE_MS = 3000;

export class ReplayRunner {
  readonly #operations: Pick<ConsoleOperations, 'job' | 'jobs' | 'run'>;
  readonly #onJob: (job: ReplayJob) => void;
  readonly #onProblem: (problem: Problem) => void;
  readonly #runs = new Map<string, Run>();
  /** Ended by an outage: gone on with after it. */
  readonly #interrupted = new Set<string>();

  constructor(
    operations: Pick<ConsoleOperations, 'job' | 'jobs' | 'run'>,
    onJob: (job: ReplayJob) => void,
    onProblem: (problem: Problem) => void,
  ) {
    this.#operations = operations;
    this.#onJob = onJob;
    this.#onProblem = onProblem;
  }

  /** Ids of the replays that run here. */
  get underWay(): readonly string[] {
    return [...this.#runs.keys()];
  }

  /** @throws Problem UNKNOWN_JOB */
  async known(jobId: string): Promise<ReplayJob> {
    const job = this.#runs.get(jobId)?.latest() ?? (await this.#operations.job(jobId));
    if (job !== undefined) return job;
    throw new Problem('UNKNOWN_JOB', `There is no replay ${jobId}.`, 'Look at the list of replays.');
  }

  /**
   * Begins the replay or goes on with it; one that runs here already is left alone. Resolves when it is on its way.
   * @throws Problem UNKNOWN_JOB, WRONG_STATE when it is done; what the operations refuse
   */
  async run(jobId: string): Promise<ReplayJob> {
    const before = await this.known(jobId);
    const running = this.#runs.get(jobId);
    if (running !== undefined) return running.latest();
    if (before.state === 'DONE') {
      throw new Problem('WRONG_STATE', `Replay ${jobId} is done.`, 'Freeze what has failed again as a new one.');
    }
    const run = this.#begin({ ...before, state: 'RUNNING' });
    await Promise.race([run.ended, run.begun, patience()]);
    return run.latest();
  }

  /**
   * Resolves when nothing more is started.
   * @throws Problem UNKNOWN_JOB, WRONG_STATE when another tool runs it
   */
  async stop(jobId: string): Promise<ReplayJob> {
    const run = this.#runs.get(jobId);
    this.#interrupted.delete(jobId);
    if (run === undefined) {
      const job = await this.known(jobId);
      if (job.state !== 'RUNNING') return job;
      const remedy = 'Stop it there, or choose to go on with it here first.';
      throw new Problem('WRONG_STATE', `Replay ${jobId} is not run by this console.`, remedy);
    }
    run.abort.abort();
    await Promise.race([run.ended.catch(() => undefined), patience()]);
    return this.known(jobId);
  }

  /** Goes on with every replay that was running when its tool ended. */
  async resumeRunning(): Promise<void> {
    for (const { jobId, state } of await this.#operations.jobs()) {
      if (state === 'RUNNING') this.#again(jobId);
    }
  }

  /** What is looked at answers: goes on with what an outage has ended. */
  reachable(): void {
    const jobIds = [...this.#interrupted];
    this.#interrupted.clear();
    for (const jobId of jobIds) this.#again(jobId);
  }

  #again(jobId: string): void {
    this.run(jobId).catch((error: unknown) => this.#onProblem(problemOf(error)));
  }

  #begin(job: ReplayJob): Run {
    const { jobId } = job;
    const abort = new AbortController();
    let latest = job;
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const show = (next: ReplayJob): void => {
      latest = next;
      begin();
      this.#onJob(next);
    };
    this.#onJob(job);
    const ended = this.#operations.run(jobId, show, abort.signal).then(
      (last) => {
        this.#runs.delete(jobId);
        this.#onJob(last);
        return last;
      },
      (error: unknown) => {
        this.#runs.delete(jobId);
        const problem = problemOf(error);
        if (isOutage(problem) && !abort.signal.aborted) this.#interrupted.add(jobId);
        this.#onProblem(problem);
        throw problem;
      },
    );
    const run: Run = { abort, begun, ended, latest: () => latest };
    // Whoever waits for it hears of it; nobody has to.
    ended.catch(() => undefined);
    this.#runs.set(jobId, run);
    return run;
  }
}

const patience = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, PATIENCE_MS).unref();
  });
