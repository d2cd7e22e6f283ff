/** Reads the routes: what was planned, who drives or drove it, and what became of its orders. */
import type { RouteItem } from '../functions/platform/tables.ts';
import type { Deployed } from './deployed.ts';
import { scanAll } from './dynamo-pages.ts';

export class RouteBook {
  readonly #documents: Deployed['documents'];
  readonly #table: string;

  constructor({ documents, output }: Pick<Deployed, 'documents' | 'output'>) {
    this.#documents = documents;
    this.#table = output('RoutesTableName');
  }

  /** Every route, by route id. */
  async all(): Promise<readonly RouteItem[]> {
    const routes = await scanAll(this.#documents, {
      TableName: this.#table,
      ConsistentRead: true,
      FilterExpression: 'sk = :route',
      ExpressionAttributeValues: { ':route': 'ROUTE' },
    });
    return (routes as unknown as RouteItem[]).sort((a, b) => (a.routeId < b.routeId ? -1 : 1));
  }
}
