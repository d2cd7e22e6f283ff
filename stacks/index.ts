/** The CDK app of the product: its stacks, the bundles they deploy, and the rendered definitions of its machines. */
export { type Bundles, bundleAll } from './bundles.ts';
export { createPerfectOrder, type PerfectOrderApp } from './perfect-order-app.ts';
export { renderDefinitions } from './rendered-definitions.ts';
