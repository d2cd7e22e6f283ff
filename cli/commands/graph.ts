/** `graph`: questions to the graph of routes, which keeps every plan and what was driven. */
import { Command, InvalidArgumentError } from 'commander';
import {
  coDelivered,
  type Deployed,
  driversWhoKnow,
  ordersOfVehicle,
  planAgainstDriven,
  routeOfOrder,
} from '../../operations/index.ts';
import { type ConnectionOptions, connect, withConnection } from '../connection.ts';
import { CommandFailure } from '../failures.ts';
import { printJson, printText } from '../json-output.ts';
import { factor, instant } from '../options.ts';
import { coDeliveredText, comparisonText, driversText, planText, vehicleText } from '../text/graph-text.ts';
import { widthOf } from '../text/terminal.ts';

interface Options extends ConnectionOptions {
  readonly json: boolean;
}

const EXAMPLES = `
The graph has the plan of every wave, and of every route that has ended who drove it and what became of its orders.
Times are UTC; lateness is counted from the planned end of the stop to the outcome that the driver told.

Examples:
  $ perfect-order graph route-of-order portolan-0001
  $ perfect-order graph orders-of-vehicle van-07 --from 2026-01-31 --to 2026-02-01
  $ perfect-order graph drivers-who-know --customer customer-12
  $ perfect-order graph drivers-who-know --near 8.541,47.377 --radius 800
  $ perfect-order graph co-delivered customer-12
  $ perfect-order graph plan-against-driven --depot harbour --day 2026-01-31`;

export function graphCommand(): Command {
  const command = new Command('graph')
    .description('ask the graph of routes: plans, drivers, customers, plan against driven')
    .addHelpText('after', EXAMPLES);
  const add = (name: string, description: string): Command => {
    const made = command.command(name).description(description);
    return withConnection(made).option('--json', 'print the answer as JSON', false);
  };
  add('route-of-order', 'every plan that an order was in, the current one first')
    .argument('<order>', 'its id')
    .action((orderId: string, options: Options) =>
      answer(options, (deployed) => routeOfOrder(deployed, orderId), planText),
    );
  add('orders-of-vehicle', 'the orders of the routes that a vehicle was planned for or drove')
    .argument('<vehicle>', 'its id')
    .option('--from <time>', 'planned departure at or after', instant)
    .option('--to <time>', 'planned departure before', instant)
    .action((vehicleId: string, { from, to, ...options }: Options & { from?: string; to?: string }) => {
      const span = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
      return answer(options, (deployed) => ordersOfVehicle(deployed, { vehicleId, ...span }), vehicleText);
    });
  add('drivers-who-know', 'drivers who have been at the door of a customer, in a zone or near a place')
    .option('--customer <id>', 'a customer')
    .option('--zone <id>', "one of the admin's zones")
    .option('--near <lon,lat>', 'a place', position)
    .option('--radius <metres>', 'around the place', factor(1, 10_000), 500)
    .action((options: Options & Whom) =>
      answer(options, (deployed) => driversWhoKnow(deployed, whomOf(options)), driversText),
    );
  add('co-delivered', 'customers whose orders were delivered on the same routes')
    .argument('<customer>', 'its id')
    .action((customerId: string, options: Options) =>
      answer(options, (deployed) => coDelivered(deployed, customerId), coDeliveredText),
    );
  add('plan-against-driven', 'what a route, or every route of a day, was planned to be and what it was')
    .argument('[route]', 'its id; or give --depot and --day')
    .option('--depot <id>', 'with --day')
    .option('--day <date>', 'of planned departure, UTC', day)
    .action((routeId: string | undefined, options: Options & { depot?: string; day?: string }) => {
      const question = comparisonOf(routeId, options.depot, options.day);
      return answer(options, (deployed) => planAgainstDriven(deployed, question), comparisonText);
    });
  return command;
}

async function answer<Answer extends { readonly truncated: boolean }>(
  options: Options,
  ask: (deployed: Deployed) => Promise<Answer>,
  text: (answer: Answer, width: number) => string,
): Promise<void> {
  const found = await ask(await connect(options));
  if (options.json) return printJson(found);
  printText(text(found, widthOf(process.stdout)));
  if (found.truncated) printText('There is more than an answer holds: ask for less.');
}

interface Whom {
  readonly customer?: string;
  readonly zone?: string;
  readonly near?: readonly [number, number];
  readonly radius: number;
}

function whomOf({ customer, zone, near, radius }: Whom): Parameters<typeof driversWhoKnow>[1] {
  const given = [customer, zone, near].filter((each) => each !== undefined);
  if (given.length === 1) {
    if (customer !== undefined) return { customerId: customer };
    if (zone !== undefined) return { zoneId: zone };
    if (near !== undefined) return { position: [...near], radiusMeters: radius };
  }
  const message = given.length === 0 ? 'nobody says whom the drivers should know' : 'drivers are asked for in two ways';
  throw new CommandFailure('PO-100', message, 'give one of --customer, --zone and --near');
}

function comparisonOf(routeId?: string, depotId?: string, dayText?: string): Parameters<typeof planAgainstDriven>[1] {
  if (routeId !== undefined && depotId === undefined && dayText === undefined) return { routeId };
  if (routeId === undefined && depotId !== undefined && dayText !== undefined) return { depotId, day: dayText };
  throw new CommandFailure('PO-100', 'it is not clear what to compare', 'give a route, or --depot and --day');
}

function position(text: string): [number, number] {
  const [longitude = Number.NaN, latitude = Number.NaN, ...rest] = text.split(',').map(Number);
  const isOnEarth = Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
  if (isOnEarth && rest.length === 0) return [longitude, latitude];
  throw new InvalidArgumentError('Give longitude and latitude in degrees, such as 8.541,47.377.');
}

function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('Give a date such as 2026-01-31.');
}
