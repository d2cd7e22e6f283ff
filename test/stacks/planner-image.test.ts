/** The planner's image as far as it can be tried without a container engine: its Dockerfile, its context, its programs. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { MAX_SEARCH_SECONDS } from '../../functions/plan-routes/plan-deadline.ts';
import { fargateSize } from '../../region/services/ecs/fargate-size.ts';
import { bundlePlanner } from '../../stacks/bundles.ts';
import { MAX_WAVE_REQUESTS } from '../../workflows/route-planning/contracts.ts';
import { TASK_SIZES, taskSizeFor } from '../../workflows/route-planning/task-size.ts';
import { synthesise } from './synthesised.ts';

const WAVE = 'D1-20260302T0800';
const folder = mkdtempSync(join(tmpdir(), 'planner-image-'));
const context = join(folder, 'context');
const app = join(folder, 'app');
let text: string;

beforeAll(() => {
  bundlePlanner(context);
  text = readFileSync(join(context, 'Dockerfile'), 'utf8');
  mkdirSync(app);
  for (const [source = '', target = ''] of copiesOf(text)) {
    const isFolder = source.endsWith('/');
    const names = readdirSync(context).filter((name) =>
      isFolder ? `${name}/` === source : name.endsWith(source.replace('*', '')),
    );
    // Docker refuses a COPY without a source, and so does this.
    expect([source, names.length]).not.toEqual([source, 0]);
    for (const name of names) cpSync(join(context, name), join(app, target, isFolder ? '' : name), { recursive: true });
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the image takes from its context: sources and target of each COPY without `--from`. */
const copiesOf = (dockerfile: string): string[][] =>
  DockerfileParser.parse(dockerfile)
    .getCOPYs()
    .filter((copy) => copy.getFromFlag() === null)
    .flatMap((copy) => {
      const words = copy.getArguments().map((argument) => argument.getValue());
      return words.slice(0, -1).map((source) => [source, words.at(-1) ?? '']);
    });

const execForm = (dockerfile: string, instruction: string): string[] => {
  const line = dockerfile.split('\n').find((each) => new RegExp(`^${instruction}\\b`).test(each)) ?? '';
  return JSON.parse(line.slice(line.indexOf('['))) as string[];
};

interface Services {
  readonly url: string;
  /** What was put into tables. */
  readonly written: Record<string, unknown>[];
  close(): void;
}

type Item = Record<string, unknown>;

/** Services as far as the planner asks them: tables with these items, and nothing else that anyone has. */
async function services(items: readonly Item[], onCall: (target: string) => void): Promise<Services> {
  const written: Item[] = [];
  const found = (key: Item): Item | undefined =>
    items.find((item) => Object.entries(key).every(([name, value]) => item[name] === value));
  const answer = (operation: string, input: Item): Item => {
    const plain = (value: unknown): Item => unmarshall(value as Parameters<typeof unmarshall>[0]);
    const wire = (item: Item) => marshall(item, { removeUndefinedValues: true });
    if (operation === 'GetItem') {
      const item = found(plain(input['Key']));
      return item === undefined ? {} : { Item: wire(item) };
    }
    if (operation === 'Query') return { Items: items.filter(({ vehicleId }) => vehicleId !== undefined).map(wire) };
    if (operation === 'PutItem') written.push(plain(input['Item']));
    if (operation !== 'BatchGetItem') return {};
    const asked = Object.entries(input['RequestItems'] as Record<string, { Keys: unknown[] }>);
    const isFound = (item: Item | undefined): item is Item => item !== undefined;
    const of = (keys: readonly unknown[]) =>
      keys
        .map((key) => found(plain(key)))
        .filter(isFound)
        .map(wire);
    return { Responses: Object.fromEntries(asked.map(([table, { Keys }]) => [table, of(Keys)])) };
  };
  const server = createServer((request, response) => {
    const target = String(request.headers['x-amz-target'] ?? request.url);
    onCall(target);
    let body = '';
    request.on('data', (text: Buffer) => (body += text));
    request.on('end', () => {
      const operation = target.replace(/^DynamoDB_\d+\./, '');
      if (target.startsWith('/roads/')) response.statusCode = 404;
      const isTable = operation !== target;
      response.setHeader('content-type', isTable ? 'application/x-amz-json-1.0' : 'application/json');
      response.end(isTable ? JSON.stringify(answer(operation, JSON.parse(body) as Item)) : '{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, written, close: () => server.close() };
}

function startPlanner(url: string, environment: Readonly<Record<string, string>> = {}) {
  const [, ...command] = execForm(text, 'CMD');
  return spawn(process.execPath, command, {
    cwd: app,
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'of-nobody',
      AWS_SECRET_ACCESS_KEY: 'none',
      DEPOT_ID: 'D1',
      WAVE_ID: WAVE,
      TASK_CPU: '2048',
      PLANNING_TABLE: 'planning',
      FLEET_TABLE: 'fleet',
      ROUTES_TABLE: 'routes',
      POSITIONS_TABLE: 'positions',
      GEOFENCE_COLLECTION: 'fences',
      GRAPH_ENDPOINT: 'https://127.0.0.1:1',
      GRAPH_QUEUE_URL: 'https://127.0.0.1:1/queue',
      ...environment,
    },
  });
}

/** Its exit code, and what it said. */
async function endOf(planner: ReturnType<typeof startPlanner>): Promise<{ code: unknown; said: string }> {
  let said = '';
  for (const stream of [planner.stdout, planner.stderr]) stream.on('data', (text: Buffer) => (said += text));
  const code = await new Promise((resolve) => planner.on('close', resolve));
  return { code, said };
}

/** A claimed wave of a depot with vehicles, large enough to be searched on islands. */
function largeWave(): Item[] {
  const keys = Array.from({ length: 360 }, (_, index) => `REQUEST#o${index}#1`);
  const shift = {
    from: new Date(Date.now() - 3_600_000).toISOString(),
    to: new Date(Date.now() + 36_000_000).toISOString(),
  };
  return [
    { pk: `WAVE#${WAVE}`, sk: 'CLAIM', depotId: 'D1', requestKeys: keys },
    { depotId: 'D1', sk: 'DEPOT', position: [8.5, 47.3] },
    ...['v1', 'v2', 'v3', 'v4'].map((vehicleId) => ({
      depotId: 'D1',
      sk: `VEHICLE#${vehicleId}`,
      vehicleId,
      driverId: `d-${vehicleId}`,
      capacity: { volumeM3: 50 },
      shift,
    })),
    ...keys.map((sk, index) => ({
      pk: 'DEPOT#D1',
      sk,
      orderId: `o${index}`,
      cycle: 1,
      depotId: 'D1',
      customerId: `c${index}`,
      position: [8.5 + Math.sin(index) / 20, 47.3 + Math.cos(index * index) / 20],
      promise: { ...shift, version: 1 },
      serviceSeconds: 30,
      volumeM3: 0.1,
      weightKg: 1,
      tier: 'standard',
      requestedAt: shift.from,
      state: 'CLAIMED',
      waveId: WAVE,
    })),
  ];
}

const taskDefinition = () =>
  Object.values(synthesise().resources).find(({ Type }) => Type === 'AWS::ECS::TaskDefinition')?.Properties;

describe('the Dockerfile of the planner', () => {
  test('has nothing that a linter of Dockerfiles objects to', () => {
    expect(validate(text)).toEqual([]);
  });

  test('runs as a user without rights, on pinned Node, and installs nothing', () => {
    const instructions = DockerfileParser.parse(text).getInstructions();
    const last = (name: string) => instructions.findLast((each) => each.getKeyword() === name)?.getArgumentsContent();
    expect([last('USER'), last('STOPSIGNAL')]).toEqual(['nonroot', 'SIGTERM']);
    expect(last('FROM')).toMatch(/:nonroot$/);
    expect(text).toMatch(/node:\d+\.\d+\.\d+-/);
    expect(instructions.map((each) => each.getKeyword())).not.toContain('RUN');
  });

  test('checks health by the command by which ECS does', () => {
    const [container] = taskDefinition().ContainerDefinitions;
    expect(container.HealthCheck.Command).toEqual(['CMD', execForm(text, 'HEALTHCHECK')[0], 'health.js']);
    expect(execForm(text, 'HEALTHCHECK').slice(1)).toEqual(['health.js']);
    expect([container.ReadonlyRootFilesystem, container.StopTimeout]).toEqual([true, 120]);
  });
});

describe('the planner in its image', () => {
  test('runs on what was copied, calls AWS by the SDK that is aboard, and shows its heartbeat', async () => {
    const targets: string[] = [];
    const titles: string[] = [];
    let pid = 0;
    const aws = await services([], (target) => {
      targets.push(target);
      titles.push(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    });
    const planner = startPlanner(aws.url);
    pid = planner.pid ?? 0;
    const { code, said } = await endOf(planner);
    aws.close();
    expect(said).toMatch(/Wave D1-20260302T0800 has no CLAIM item/);
    expect([code, targets[0]]).toEqual([1, 'DynamoDB_20120810.GetItem']);
    expect(titles[0]).toMatch(/^plan-routes \d{10}/);
  }, 30_000);

  test.each(['to its end', 'until it is told to stop'])(
    'plans a large wave on its threads %s',
    async (until) => {
      const isStopped = until !== 'to its end';
      const aws = await services(largeWave(), (target) => {
        // Its roads are the last that it asks for before it searches.
        if (isStopped && target.startsWith('/roads/')) setTimeout(() => planner.kill('SIGTERM'), 500);
      });
      const planner = startPlanner(aws.url, { ROADS_OBJECT: 's3://roads/none' });
      const { code, said } = await endOf(planner);
      aws.close();
      expect(said).not.toMatch(/thread of the solver failed|wave not planned/);
      expect(code).toBe(0);
      const planned = aws.written.filter(({ sk }) => String(sk).startsWith('ROUTE#'));
      const orders = planned.flatMap(({ stops }) => (stops as { orders: unknown[] }[]).flatMap((stop) => stop.orders));
      const last = aws.written.find(({ sk }) => sk === 'UNASSIGNED') as { orders: unknown[] } | undefined;
      expect(orders.length + (last?.orders.length ?? 0)).toBe(360);
      // Graph and fences are for a planner that has the time.
      expect(said.includes('graph of the wave put off')).toBe(!isStopped);
    },
    60_000,
  );

  test('is unhealthy where no planner has begun', () => {
    // The first process of this machine is no planner.
    const { status, stderr } = spawnSync(process.execPath, ['health.js'], { cwd: app, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, 'the planner has not begun\n']);
  });
});

describe('the planner scales with its waves', () => {
  test('by sizes that Fargate has, up to the largest wave', () => {
    for (const { cpu, memory } of TASK_SIZES) expect(fargateSize(cpu, memory)).toMatchObject({ cpu, memory });
    const { Cpu, Memory } = taskDefinition();
    expect(fargateSize(Cpu, Memory)).toMatchObject({ vcpu: 2 });
    expect([taskSizeFor(0).cpu, taskSizeFor(61).cpu, taskSizeFor(MAX_WAVE_REQUESTS).cpu]).toEqual([
      '1024',
      '2048',
      '4096',
    ]);
    expect(() => taskSizeFor(MAX_WAVE_REQUESTS + 1)).toThrow(/No task size takes 1001 requests/);
    expect(() => fargateSize('1024', '9216')).toThrow(/No Fargate configuration exists/);
  });

  test('to nothing between them: no service, instance, or provisioned function is in the templates', () => {
    const alwaysOn =
      /^AWS::(ECS::(Service|TaskSet|CapacityProvider)|EC2::Instance|AutoScaling::|ApplicationAutoScaling::|EKS::)/;
    const resources = Object.values(synthesise().resources);
    expect(resources.filter(({ Type }) => alwaysOn.test(Type))).toEqual([]);
    expect(resources.filter(({ Properties }) => Properties?.ProvisionedConcurrencyConfig !== undefined)).toEqual([]);
  });

  test('within a task that outlasts the longest search', () => {
    const machine = JSON.parse(readFileSync('asl/route-planning.asl.json', 'utf8'));
    expect(machine.States.PlanRoutes.TimeoutSeconds).toBeGreaterThan(2 * MAX_SEARCH_SECONDS);
  });
});
