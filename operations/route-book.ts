/** Reads the routes: what was planned, who drives or drove it, and what became of its orders. */
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { RouteItem } from '../functions/platform/tables.ts';
import type { Deployed } from './deployed.ts';

export class RouteBook {
  readonly #documents: Deployed['documents'];
  readonly #table: string;

  constructor({ documents, output }: Pick<Deployed, 'documents' | 'output'>) {
    this.#documents = documents;
    this.#table = output('RoutesTableName');
  }

  /** Every route, by route id. */
  async all(): Promise<readonly RouteItem[]> {
    const routes: RouteItem[] = [];
    let start: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#documents.send(
        new ScanCommand({
          TableName: this.#table,
          ConsistentRead: true,
          FilterExpression: 'sk = :route',
          ExpressionAttributeValues: { ':route': 'ROUTE' },
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      routes.push(...(Items as RouteItem[]));
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return routes.sort((a, b) => (a.routeId < b.routeId ? -1 : 1));
  }
}
