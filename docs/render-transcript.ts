/** `tsx docs/render-transcript.ts`: writes the transcript in docs/ENDPOINT.md anew, from a session that it holds. */
import fs from 'node:fs';
import path from 'node:path';
import { endpointTranscript } from './endpoint-transcript.ts';

const MARK = '<!-- written by docs/render-transcript.ts -->\n';
const file = path.join(import.meta.dirname, 'ENDPOINT.md');
const [byHand] = fs.readFileSync(file, 'utf8').split(MARK);
fs.writeFileSync(file, `${byHand}${MARK}\n${await endpointTranscript()}`);
process.stdout.write(`${path.relative(process.cwd(), file)} has a new transcript\n`);
