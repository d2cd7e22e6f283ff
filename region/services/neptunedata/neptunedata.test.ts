import { describe, expect, test } from '@jest/globals';
import { fakePorts, fakeResource, invoke } from '../../testing/fake-ports.ts';
import { createNeptune } from './index.ts';

function neptune() {
  const ports = fakePorts();
  const service = createNeptune(ports);
  const created = service.resources['AWS::Neptune::DBCluster']?.create(fakeResource('Graph', {}));
  const query = async (openCypherQuery: string, parameters: object = {}) => {
    const answer = await invoke<{ results: unknown[] }>(service, 'ExecuteOpenCypherQuery', {
      openCypherQuery,
      parameters: JSON.stringify(parameters),
    });
    return answer.results;
  };
  return { ports, service, created, query };
}

const writeRoutes = `UNWIND $rows AS row
  MERGE (r:Route {id: row.id}) SET r.x = row.x
  MERGE (v:Vehicle {id: row.vehicleId})
  MERGE (r)-[:DRIVEN_BY]->(v)`;
const writeStops = `UNWIND $rows AS row
  MATCH (r:Route {id: row.routeId})
  MERGE (s:Stop {id: row.id}) SET s.sequence = row.sequence
  MERGE (r)-[:HAS_STOP]->(s)
  WITH s, row UNWIND row.orderIds AS orderId
  MERGE (o:Order {id: orderId}) MERGE (s)-[:SERVES]->(o)`;

describe('Neptune', () => {
  test('writes routes idempotently and answers where an order is served', async () => {
    const { query, ports } = neptune();
    const rows = [
      { id: 'r1', x: 1.5, vehicleId: 'v1' },
      { id: 'r2', x: 2, vehicleId: 'v1' },
    ];
    await query(writeRoutes, { rows });
    await query(writeRoutes, { rows });
    const stops = [
      { routeId: 'r1', id: 's2', sequence: 2, orderIds: ['o1'] },
      { routeId: 'r1', id: 's1', sequence: 1, orderIds: ['o1', 'o2'] },
    ];
    await query(writeStops, { rows: stops });
    await query(writeStops, { rows: stops });
    const served =
      'MATCH (o:Order {id:$id})<-[:SERVES]-(s:Stop)<-[:HAS_STOP]-(r:Route) RETURN r.id AS routeId, s.sequence AS sequence ORDER BY sequence';
    expect(await query(served, { id: 'o1' })).toEqual([
      { routeId: 'r1', sequence: 1 },
      { routeId: 'r1', sequence: 2 },
    ]);
    const driven =
      'MATCH (v:Vehicle) OPTIONAL MATCH (v)<-[:DRIVEN_BY]-(r:Route) WHERE r.x > 1.7 RETURN v.id AS id, collect(r.id) AS routes';
    expect(await query(driven)).toEqual([{ id: 'v1', routes: ['r2'] }]);
    expect(ports.meters).toEqual({ 'neptunedata/query': 6 });
  });

  test('gives nodes and relationships in the JSON of Neptune', async () => {
    const { query } = neptune();
    await query('CREATE (:Route {id: "r1"})-[:HAS_STOP {at: 1}]->(:Stop {id: "s1"})');
    const [row] = await query('MATCH (r:Route)-[h:HAS_STOP]->(s) RETURN r, h');
    expect(row).toMatchObject({
      r: { '~entityType': 'node', '~labels': ['Route'], '~properties': { id: 'r1' } },
      h: { '~entityType': 'relationship', '~type': 'HAS_STOP', '~properties': { at: 1 } },
    });
  });

  test('merges a thousand orders without scanning for each', async () => {
    const { query } = neptune();
    const rows = Array.from({ length: 1000 }, (_, index) => ({
      id: `r${index}`,
      x: index,
      vehicleId: `v${index % 20}`,
    }));
    await query(writeRoutes, { rows });
    expect(
      await query('MATCH (r:Route)-[:DRIVEN_BY]->(v:Vehicle) RETURN count(r) AS routes, count(DISTINCT v) AS vehicles'),
    ).toEqual([{ routes: 1000, vehicles: 20 }]);
  });

  test('answers a bad query, a missing parameter and bad parameters with errors of the service', async () => {
    const { query, service } = neptune();
    await expect(query('MATCH (r:Route RETURN r')).rejects.toMatchObject({ name: 'MalformedQueryException' });
    await expect(query('MATCH (r:Route) WHERE r.id = $id RETURN r')).rejects.toMatchObject({
      name: 'MissingParameterException',
    });
    await expect(
      invoke(service, 'ExecuteOpenCypherQuery', { openCypherQuery: 'RETURN 1', parameters: '[1' }),
    ).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
  });

  test('asks IAM for what the clauses do', () => {
    const { service } = neptune();
    const actions = (openCypherQuery: string) =>
      service.permissions['ExecuteOpenCypherQuery']?.({ openCypherQuery } as never).map(({ action }) => action);
    expect(actions('MATCH (n) RETURN n')).toEqual(['neptune-db:ReadDataViaQuery']);
    expect(actions('MERGE (n:A {id: "DELETE"})')).toEqual([
      'neptune-db:ReadDataViaQuery',
      'neptune-db:WriteDataViaQuery',
    ]);
    expect(actions('MATCH (n) DETACH DELETE n')).toContain('neptune-db:DeleteDataViaQuery');
  });

  test('refuses queries without a cluster', async () => {
    await expect(
      invoke(createNeptune(fakePorts()), 'ExecuteOpenCypherQuery', { openCypherQuery: 'RETURN 1' }),
    ).rejects.toThrow('No Neptune cluster');
  });
});
