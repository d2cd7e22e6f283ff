import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { DRIVER_API_SCHEMA } from '../workflows/route-dispatch/driver-api.ts';
import {
  ACCEPT_ROUTE,
  answerSchema,
  CONFIRM_DELIVERY,
  DECLINE_ROUTE,
  ON_ROUTE_CHANGED,
  ON_ROUTE_OFFERED,
  REPORT_FAILED_ATTEMPT,
  ROUTE,
} from './driver-documents.ts';

const APPSYNC = `
scalar AWSDateTime
directive @aws_iam on OBJECT | FIELD_DEFINITION
directive @aws_cognito_user_pools on OBJECT | FIELD_DEFINITION
directive @aws_subscribe(mutations: [String!]!) on FIELD_DEFINITION`;

describe('The documents of the driver app', () => {
  test.each([
    ['ACCEPT_ROUTE', ACCEPT_ROUTE],
    ['CONFIRM_DELIVERY', CONFIRM_DELIVERY],
    ['DECLINE_ROUTE', DECLINE_ROUTE],
    ['ON_ROUTE_CHANGED', ON_ROUTE_CHANGED],
    ['ON_ROUTE_OFFERED', ON_ROUTE_OFFERED],
    ['REPORT_FAILED_ATTEMPT', REPORT_FAILED_ATTEMPT],
    ['ROUTE', ROUTE],
  ])('%s fits the deployed schema', (_name, document) => {
    expect(validate(buildSchema(APPSYNC + DRIVER_API_SCHEMA), parse(document))).toEqual([]);
  });

  test('an answer that is none is refused', () => {
    expect(answerSchema.safeParse({}).success).toBe(false);
    expect(answerSchema.safeParse({ acceptRoute: null }).success).toBe(false);
    expect(answerSchema.parse({ acceptRoute: { accepted: true, reason: null } })).toEqual({
      accepted: true,
      reason: null,
    });
  });
});
