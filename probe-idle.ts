import { openRegion } from './region/index.ts';
const region = await openRegion({ assembly: 'cdk.out', clock: { mode: 'auto-skip', startAt: '2018-07-20T10:00:00.000Z' }, seed: 1 });
const t0 = Date.now(); const c0 = process.cpuUsage();
await region.run(Date.parse('2018-08-25T10:00:00.000Z'));
const c = process.cpuUsage(c0);
console.log('idle 36 days', Date.now() - t0, 'ms wall', (c.user + c.system) / 1000, 'cpu ms', region.usage()['lambda/request']);
process.exit();
