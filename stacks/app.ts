/** Entry of `cdk.json`, and of whatever else wants a fresh `cdk.out`: bundles the functions and synthesises the app. */
import { bundleAll } from './bundles.ts';
import { createPerfectOrder } from './perfect-order-app.ts';

createPerfectOrder(bundleAll()).app.synth();
