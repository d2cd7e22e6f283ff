/**
 * The driver's public interface: the AppSync schema that the navigation stack deploys and that driver apps, simulated
 * or real, speak. Drivers sign in through Cognito; their `username` is their driver id. `publishOffer` and
 * `publishRouteChange` are the backend's (IAM) way to reach a driver's subscriptions.
 */
export const DRIVER_API_SCHEMA = /* GraphQL */ `
schema { query: Query  mutation: Mutation  subscription: Subscription }

type Query {
  "The route that was offered to or accepted by the caller; refused for any other route."
  route(routeId: ID!): Route @aws_cognito_user_pools
}

type Mutation {
  acceptRoute(routeId: ID!): Answer! @aws_cognito_user_pools
  declineRoute(routeId: ID!, reason: String): Answer! @aws_cognito_user_pools
  confirmDelivery(input: DeliveryInput!): Answer! @aws_cognito_user_pools
  reportFailedAttempt(input: FailedAttemptInput!): Answer! @aws_cognito_user_pools
  publishOffer(input: OfferInput!): RouteOffer! @aws_iam
  publishRouteChange(input: RouteChangeInput!): RouteChange! @aws_iam
}

type Subscription {
  onRouteOffered(driverId: ID!): RouteOffer @aws_subscribe(mutations: ["publishOffer"]) @aws_cognito_user_pools
  "The route that the caller drives has other stops, or in another order: read it again."
  onRouteChanged(driverId: ID!): RouteChange @aws_subscribe(mutations: ["publishRouteChange"]) @aws_cognito_user_pools
}

type Answer @aws_cognito_user_pools { accepted: Boolean!  reason: String }

type RouteOffer @aws_iam @aws_cognito_user_pools {
  routeId: ID!
  driverId: ID!
  vehicleId: ID!
  depotId: ID!
  stopCount: Int!
  orderCount: Int!
  plannedDepartureAt: AWSDateTime!
  plannedReturnAt: AWSDateTime!
  distanceMeters: Float!
  answerBy: AWSDateTime!
}

input OfferInput {
  routeId: ID!
  driverId: ID!
  vehicleId: ID!
  depotId: ID!
  stopCount: Int!
  orderCount: Int!
  plannedDepartureAt: AWSDateTime!
  plannedReturnAt: AWSDateTime!
  distanceMeters: Float!
  answerBy: AWSDateTime!
}

type RouteChange @aws_iam @aws_cognito_user_pools { routeId: ID!  driverId: ID!  vehicleId: ID!  version: Int! }
input RouteChangeInput { routeId: ID!  driverId: ID!  vehicleId: ID!  version: Int! }

type Route @aws_cognito_user_pools {
  routeId: ID!
  vehicleId: ID!
  driverId: ID!
  depotId: ID!
  depotPosition: [Float!]!
  plannedDepartureAt: AWSDateTime!
  plannedReturnAt: AWSDateTime!
  returnLegSeconds: Float!
  returnLegMeters: Float!
  stops: [Stop!]!
}

type Stop @aws_cognito_user_pools {
  stopId: ID!
  sequence: Int!
  position: [Float!]!
  plannedArrivalAt: AWSDateTime!
  serviceSeconds: Float!
  legSeconds: Float!
  legMeters: Float!
  orders: [StopOrder!]!
}

type StopOrder @aws_cognito_user_pools { orderId: ID!  cycle: Int!  items: [Item!]! }
type Item @aws_cognito_user_pools { sku: String!  quantity: Int! }

input DeliveryInput {
  routeId: ID!
  orderId: ID!
  deliveredAt: AWSDateTime!
  proof: ProofInput!
}
input ProofInput {
  receivedBy: String
  photoKey: String
  signatureKey: String
  damaged: Boolean
  delivered: [ItemInput!]
}
input ItemInput { sku: String!  quantity: Int! }

input FailedAttemptInput {
  routeId: ID!
  orderId: ID!
  failedAt: AWSDateTime!
  reason: String!
}
`;
