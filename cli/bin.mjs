#!/usr/bin/env node
/** Entry of the `perfect-order` command: the sources are TypeScript and run as they are. */
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
