/**
 * Entry of `cdk.json`, and of whatever else wants a fresh `cdk.out`: bundles the functions and synthesises the app.
 * Under the CDK command line, which names the folder, the templates are checked against CloudFormation's own schemas
 * too; that takes longer than all the rest, so a run of this file by itself leaves it out.
 */
import { fileURLToPath } from 'node:url';
import { bundleAll } from './bundles.ts';
import { createPerfectOrder } from './perfect-order-app.ts';

const commandLineFolder = process.env['CDK_OUTDIR'];

createPerfectOrder(bundleAll(), {
  outdir: commandLineFolder ?? fileURLToPath(new URL('../cdk.out', import.meta.url)),
  builtinCloudFormationValidation: commandLineFolder !== undefined,
}).app.synth();
