/**
 * The two AppSync resolvers without a data source, in APPSYNC_JS: what is published is handed to the subscribers as it is,
 * and a subscription is granted only to the driver whose offers or route changes it asks for.
 */

export const PUBLISH_CODE = `export function request(ctx) {
  return { payload: ctx.args.input };
}

export function response(ctx) {
  return ctx.result;
}
`;

export const AUTHORIZE_SUBSCRIPTION_CODE = `import { util } from '@aws-appsync/utils';

export function request(ctx) {
  if (ctx.identity.username !== ctx.args.driverId) {
    util.unauthorized();
  }
  return { payload: null };
}

export function response() {
  return null;
}
`;
