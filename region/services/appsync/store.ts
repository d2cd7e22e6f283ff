/** The GraphQL APIs of the region, found by id or by URL. */
import { AwsError } from '../../errors.ts';
import type { GraphQLApi } from './model.ts';

export class AppSyncStore {
  readonly apis = new Map<string, GraphQLApi>();

  api(idOrUrl: string): GraphQLApi {
    const host = /^https?:\/\/([^./]+)\./.exec(idOrUrl);
    const api = this.apis.get(host?.[1] ?? idOrUrl);
    if (api === undefined) throw new AwsError('NotFoundException', `GraphQL API ${idOrUrl} not found.`, 404);
    return api;
  }
}
