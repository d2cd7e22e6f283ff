/** The sizes of task that Fargate has; what it does not have it refuses, and so does this. */
import { AwsError } from '../../errors.ts';

export interface FargateSize {
  /** CPU units and MiB, as ECS has them. */
  readonly cpu: string;
  readonly memory: string;
  /** What is billed. */
  readonly vcpu: number;
  readonly memoryGb: number;
}

const GIB = 1024;
/** CPU units to the memory in MiB that goes with them: the least, the greatest, the step. */
const MEMORY: Readonly<Record<number, readonly [number, number, number]>> = {
  512: [GIB, 4 * GIB, GIB],
  1024: [2 * GIB, 8 * GIB, GIB],
  2048: [4 * GIB, 16 * GIB, GIB],
  4096: [8 * GIB, 30 * GIB, GIB],
  8192: [16 * GIB, 60 * GIB, 4 * GIB],
  16384: [32 * GIB, 120 * GIB, 8 * GIB],
};
/** The smallest has no step. */
const MEMORY_OF_256 = [GIB / 2, GIB, 2 * GIB];

/** @throws AwsError (ClientException) when the two do not go together on Fargate */
export function fargateSize(cpu: string, memory: string): FargateSize {
  const units = Number(cpu);
  const mib = Number(memory);
  const [least, greatest, step] = MEMORY[units] ?? [1, 0, 1];
  const fits = mib >= least && mib <= greatest && (mib - least) % step === 0;
  if (!fits && !(units === 256 && MEMORY_OF_256.includes(mib))) {
    throw new AwsError(
      'ClientException',
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. ` +
        'See the Amazon ECS documentation for the valid values.',
    );
  }
  return { cpu, memory, vcpu: units / 1024, memoryGb: mib / GIB };
}
